import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { SignedOut } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { countDown } from './waiting'

export interface Action {
  busy: Signal<boolean>
  /** Reason and countdown of the pending retry. */
  waiting: Signal<string | undefined>
  failure: Signal<unknown>
  /** Runs `work`, unless already busy. @returns whether it succeeded */
  run(work: (retryOptions: RetryOptions) => Promise<unknown>): Promise<boolean>
  /** Aborts the pending retry. */
  cancel(): void
}

/** State of an action started by the person, so its progress, retries and failure show next to the control. */
export function useAction(): Action {
  const busy = useSignal(false)
  const waiting = useSignal<string | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const running = useRef<AbortController>(undefined)
  const countdown = useRef<ReturnType<typeof countDown>>(undefined)
  countdown.current ??= countDown(waiting)
  const onWait = countdown.current

  useEffect(
    () => () => {
      onWait(undefined)
      running.current?.abort()
    },
    [],
  )

  return {
    busy,
    waiting,
    failure,
    cancel: () => running.current?.abort(),
    async run(work) {
      if (busy.value) return false
      busy.value = true
      failure.value = undefined
      const controller = new AbortController()
      running.current = controller
      try {
        await work({ signal: controller.signal, onWait })
        return true
      } catch (error) {
        if (!controller.signal.aborted && !(error instanceof SignedOut)) failure.value = error
        return false
      } finally {
        onWait(undefined)
        busy.value = false
      }
    },
  }
}
