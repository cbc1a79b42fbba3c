import { explain, isInDoubt, Refused } from '../../api/failures'

const hasCode = (error: unknown, code: string) => error instanceof Refused && error.code === code

export const isWrongPassword = (error: unknown) => hasCode(error, 'invalid-credentials')
export const isWrongCode = (error: unknown) => hasCode(error, 'invalid-code')

/** Explains a failed change of second factors; undefined for what its field shows. */
export function explainMfa(error: unknown): string | undefined {
  if (isWrongPassword(error) || isWrongCode(error)) return undefined
  if (hasCode(error, 'totp-enabled')) return 'Codes are on already. To change the app, turn them off first.'
  if (isInDoubt(error))
    return `${explain(error)} Whether it was done is not known: reload the page before you try again.`
  return explain(error)
}
