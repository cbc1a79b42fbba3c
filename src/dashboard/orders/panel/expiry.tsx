import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { serverNow } from '../../api/server-clock'
import { fullTime, timeLeft } from '../../formats'
import { t } from '../../languages/order'
import { Notice } from '../../parts/notice'

/** Counts down to the time at which a pending order is cancelled automatically. */
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
      {t.cancelledIn(
        <span role="timer" title={fullTime(at)}>
          {timeLeft(left.value)}
        </span>,
      )}
    </Notice>
  )
}
