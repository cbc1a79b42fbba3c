/** A result of the doctor's examination of one topic. */
export interface Finding {
  /** The subject, such as `database`. */
  topic: string
  /** `fault` keeps Stockroom from starting or working; `warning` is allowed and unwise. */
  state: 'ok' | 'warning' | 'fault'
  message: string
  /** The remedy. Empty for `ok`. */
  cure: string
}

/** Returns the functions to make findings about `topic`. */
export const findingsOf = (topic: string) => ({
  ok: (message: string): Finding => ({ topic, state: 'ok', message, cure: '' }),
  warning: (message: string, cure: string): Finding => ({ topic, state: 'warning', message, cure }),
  fault: (message: string, cure: string): Finding => ({ topic, state: 'fault', message, cure }),
})

/** Returns the first line of the text of an error. */
export const reasonOf = (error: unknown): string => {
  const { message, code } = error as NodeJS.ErrnoException
  return (message || code || String(error)).split('\n', 1)[0] ?? ''
}
