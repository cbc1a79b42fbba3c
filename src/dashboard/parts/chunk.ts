import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { reconnects } from '../api/retry'

/** Code loaded on demand: loaded, or failed until the next try. */
export interface Chunk<T> {
  loaded: ReadonlySignal<T | undefined>
  failed: ReadonlySignal<boolean>
  again(): void
}

/** Loads code when the component mounts, and after a failure again whenever the server is back. */
export function useChunk<T>(load: () => Promise<T>): Chunk<T> {
  const loaded = useSignal<T | undefined>(undefined)
  const failed = useSignal(false)
  const again = () => {
    failed.value = false
    load().then(
      (value) => {
        loaded.value = value
      },
      () => {
        failed.value = true
      },
    )
  }
  useEffect(() => {
    again()
    const before = reconnects.peek()
    return reconnects.subscribe((now) => {
      if (now !== before && failed.peek()) again()
    })
  }, [])
  return { loaded, failed, again }
}
