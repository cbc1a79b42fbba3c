import { type ReadonlySignal, useSignal } from '@preact/signals'
import { type Inputs, useEffect } from 'preact/hooks'
import { SignedOut } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { countDown } from './waiting'

export interface Load {
  busy: ReadonlySignal<boolean>
  /** Reason and countdown of the pending retry. */
  waiting: ReadonlySignal<string | undefined>
  failure: ReadonlySignal<unknown>
  again(): void
}

/**
 * Loads data of a component when it mounts and whenever `inputs` change. A load that is still running then is aborted,
 * never joined: its data would be those of the former inputs.
 */
export function useLoad(work: (retryOptions: RetryOptions) => Promise<unknown>, inputs: Inputs): Load {
  const busy = useSignal(true)
  const waiting = useSignal<string | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const attempt = useSignal(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const onWait = countDown(waiting)
    busy.value = true
    failure.value = undefined
    work({ signal, onWait })
      .catch((error) => {
        if (!signal.aborted && !(error instanceof SignedOut)) failure.value = error
      })
      .finally(() => {
        if (!signal.aborted) busy.value = false
      })
    return () => {
      controller.abort()
      onWait(undefined)
    }
  }, [...inputs, attempt.value])
  return { busy, waiting, failure, again: () => attempt.value++ }
}
