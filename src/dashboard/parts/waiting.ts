import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { explain } from '../api/failures'
import type { Patience, Wait } from '../api/patience'

/** Tells what waits and for how long, in `note`, a second at a time. */
export function countDown(note: Signal<string | undefined>): (wait: Wait | undefined) => void {
  let timer: ReturnType<typeof setInterval> | undefined
  return (wait) => {
    clearInterval(timer)
    note.value = undefined
    if (!wait) return
    let left = Math.ceil(wait.seconds)
    const tell = () => {
      note.value = `${explain(wait.error)} Trying again ${left > 0 ? `in ${left} s` : 'now'}…`
      left--
    }
    tell()
    timer = setInterval(tell, 1000)
  }
}

/**
 * For what is loaded because it is in sight: waits as long as it must and says so in `note`. What another `subject` was
 * loaded for, or a view that is left, is given up.
 */
export function useWaiting() {
  const note = useSignal<string | undefined>(undefined)
  const tell = useRef<ReturnType<typeof countDown>>(undefined)
  tell.current ??= countDown(note)
  const current = useRef<{ subject: string; controller: AbortController }>(undefined)

  useEffect(
    () => () => {
      tell.current?.(undefined)
      current.current?.controller.abort()
    },
    [],
  )
  const patience = (subject: string): Patience => {
    if (current.current?.subject !== subject) {
      current.current?.controller.abort()
      current.current = { subject, controller: new AbortController() }
    }
    return { signal: current.current?.controller.signal, onWait: tell.current }
  }
  return { note, patience }
}
