import { explain, isInDoubt, Refused } from '../../api/failures'
import { t } from '../../languages/factors'

const hasCode = (error: unknown, code: string) => error instanceof Refused && error.code === code

export const isWrongPassword = (error: unknown) => hasCode(error, 'invalid-credentials')
export const isWrongCode = (error: unknown) => hasCode(error, 'invalid-code')

/** Explains a failed change of second factors; undefined for what its field shows. */
export function explainMfa(error: unknown): string | undefined {
  if (isWrongPassword(error) || isWrongCode(error)) return undefined
  if (hasCode(error, 'totp-enabled')) return t.codesAreOnAlready
  if (isInDoubt(error)) return t.whetherItWasDone(explain(error))
  return explain(error)
}
