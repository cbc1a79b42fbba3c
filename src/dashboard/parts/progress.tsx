import { explain } from '../api/failures'
import type { Action } from './action'
import { Notice } from './notice'

interface ProgressProps {
  action: Action
  /** Explains a failure to the person; undefined if the failure is shown elsewhere. */
  messageFor?: (error: unknown) => string | undefined
}

/** The pending retry and the failure of an action, next to its control. */
export function Progress({ action: { waiting, failure }, messageFor = explain }: ProgressProps) {
  const message = failure.value === undefined ? undefined : messageFor(failure.value)
  return (
    <>
      {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
      {message !== undefined && <Notice tone="bad">{message}</Notice>}
    </>
  )
}
