import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { serverNow } from '../../api/server-clock'
import { fullTime, timeLeft } from '../../formats'
import { Notice } from '../../parts/notice'

/** Counts down to the time at which a pending order is cancelled by itself. */
export function Expiry({ at }: { at: string }) {
  const left = useSignal(Date.parse(at) - serverNow())
  useEffect(() => {
    const update = () => {
      left.value = Date.parse(at) - serverNow()
    }
    update()
    const timer = setInterval(update, 1_000)
    return () => clearInterval(timer)
  }, [at])
  return (
    <Notice tone="wait">
      Unless confirmed, it is cancelled in{' '}
      <span role="timer" title={fullTime(at)}>
        {timeLeft(left.value)}
      </span>
      .
    </Notice>
  )
}
