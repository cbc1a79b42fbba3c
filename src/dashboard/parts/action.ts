import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { SignedOut } from '../api/failures'
import type { Patience } from '../api/patience'
import { countDown } from './waiting'

export interface Action {
  busy: Signal<boolean>
  /** What it waits for, and how long yet. */
  waiting: Signal<string | undefined>
  failure: Signal<unknown>
  /** Runs `work`, unless it runs already. @returns whether it went well. */
  run(work: (patience: Patience) => Promise<unknown>): Promise<boolean>
  /** Gives up what waits. */
  cancel(): void
}

/** Something that a person asked the page to do: that it runs, waits or failed is shown where they asked. */
export function useAction(): Action {
  const busy = useSignal(false)
  const waiting = useSignal<string | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const giveUp = useRef<AbortController>(undefined)
  const tell = useRef<ReturnType<typeof countDown>>(undefined)
  tell.current ??= countDown(waiting)
  const onWait = tell.current

  useEffect(
    () => () => {
      onWait(undefined)
      giveUp.current?.abort()
    },
    [],
  )

  return {
    busy,
    waiting,
    failure,
    cancel: () => giveUp.current?.abort(),
    async run(work) {
      if (busy.value) return false
      busy.value = true
      failure.value = undefined
      const controller = new AbortController()
      giveUp.current = controller
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
