import { type MfaMethod, mfaMethods } from '../../contract/user'
import type { ProblemDocument } from '../api/failures'

/** The second step of a sign-in. */
export interface SecondStep {
  mfaToken: string
  /** Those of this user. */
  methods: MfaMethod[]
}

/** Reads the second step from the refusal `mfa-required` of the first one. */
export function secondStepOf({ mfaToken, methods }: ProblemDocument): SecondStep {
  const named: unknown[] = Array.isArray(methods) ? methods : []
  return { mfaToken: String(mfaToken), methods: mfaMethods.filter((method) => named.includes(method)) }
}
