import type { User } from '#prisma'
import { invalidCode } from '../../errors.js'
import { AuthnFailure } from '../authn-failure.js'
import type { Guessing } from '../guessing.js'
import type { ClientInfo } from '../sessions/session.js'

/**
 * Runs `check` as a guess at `user`, like a password: five wrong codes lock the account.
 * @param check verifies a code; returns undefined for a wrong one
 * @throws Problem `invalid-code` for a wrong code, `account-locked`, `rate-limited`, `overloaded`; else the error of `check`, which does not
 * count as a guess
 */
export async function guessCode<T>(
  guessing: Guessing,
  { id: userId, email }: User,
  client: ClientInfo,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const found = await guessing.guess(email, client, check)
  if (found !== undefined) return found
  throw invalidCode(
    'The code is wrong, or was used before.',
    new AuthnFailure({ userId, email, reason: 'wrong-code' }),
  )
}
