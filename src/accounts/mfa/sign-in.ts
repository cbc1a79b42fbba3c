import type { Guessing } from '../guessing.js'
import type { ClientInfo, SignedIn } from '../sessions/session.js'
import type { Sessions } from '../sessions/sessions.js'
import type { CodeKind, Codes } from './codes.js'
import { guessCode } from './guess-code.js'
import type { MfaTokens } from './mfa-tokens.js'

export interface MfaSignInOptions {
  codes: Codes
  tokens: MfaTokens
  sessions: Sessions
  guessing: Guessing
}

/** Completes sign-ins with a code. */
export function createMfaSignIn({ codes, tokens, sessions, guessing }: MfaSignInOptions) {
  return {
    /**
     * Opens the session of a sign-in whose password was right. A wrong code counts as a guess, and leaves the token valid.
     * @param code of an authenticator app, or a recovery code
     * @throws Problem `invalid-token`, `invalid-code`, `account-locked`, `account-disabled`, `unavailable`, `overloaded`
     */
    async signIn(
      mfaToken: string,
      code: string,
      client: ClientInfo,
    ): Promise<{ signedIn: SignedIn; factor: CodeKind }> {
      const user = await tokens.ownerOf(mfaToken)
      return guessCode(guessing, user, client, async () => {
        let factor: CodeKind = 'totp'
        const signedIn = await sessions.open(user, client, async (tx) => {
          const used = await codes.use(tx, user.id, code)
          if (!used) return false
          factor = used
          await tokens.spend(tx, mfaToken)
          return true
        })
        return signedIn && { signedIn, factor }
      })
    },
  }
}
