import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { explain } from '../api/failures'
import type { RetryOptions, Wait } from '../api/retry'
import { t } from '../languages/shared'

/** Returns an `onWait` callback to count the pause down in `note`. */
export function countDown(note: Signal<string | undefined>): (wait: Wait | undefined) => void {
  let timer: ReturnType<typeof setInterval> | undefined
  return (wait) => {
    clearInterval(timer)
    note.value = undefined
    if (!wait) return
    let left = Math.ceil(wait.seconds)
    const update = () => {
      note.value = left > 0 ? t.retryIn(explain(wait.error), String(left)) : t.retryNow(explain(wait.error))
      left--
    }
    update()
    timer = setInterval(update, 1000)
  }
}

/** Retry options for data that outlives its view, counting down in `note` until `stop` is called. */
export function waitIn(note: Signal<string | undefined>): { retryOptions: RetryOptions; stop: () => void } {
  const controller = new AbortController()
  const onWait = countDown(note)
  const stop = () => {
    controller.abort()
    onWait(undefined)
  }
  return { retryOptions: { signal: controller.signal, onWait }, stop }
}

/**
 * Retry options for data of a view: retries without limit and counts down in `note`. Aborted when the view unmounts
 * or loads another `subject`.
 */
export function useWaiting() {
  const note = useSignal<string | undefined>(undefined)
  const countdown = useRef<ReturnType<typeof countDown>>(undefined)
  countdown.current ??= countDown(note)
  const current = useRef<{ subject: string; controller: AbortController }>(undefined)

  useEffect(
    () => () => {
      countdown.current?.(undefined)
      current.current?.controller.abort()
    },
    [],
  )
  const retryOptions = (subject: string): RetryOptions => {
    if (current.current?.subject !== subject) {
      current.current?.controller.abort()
      current.current = { subject, controller: new AbortController() }
    }
    return { signal: current.current?.controller.signal, onWait: countdown.current }
  }
  return { note, retryOptions }
}
