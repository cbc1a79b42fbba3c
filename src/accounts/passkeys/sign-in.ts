import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { Db } from '../../db/db.js'
import { isUniqueViolation } from '../../db/driver-error.js'
import { invalidPasskey, Problem, problems } from '../../errors.js'
import { AuthnFailure } from '../authn-failure.js'
import type { ClientInfo, SignedIn } from '../sessions/session.js'
import type { Sessions } from '../sessions/sessions.js'
import type { Ceremonies, Party } from './ceremonies.js'
import { useChallenge } from './challenges.js'

export interface PasskeySignInOptions {
  db: Db
  ceremonies: Ceremonies
  sessions: Sessions
}

/** Whether a sign-in failed because of the passkey, or of the account, about which a stranger learns nothing. */
const isRefusal = (error: unknown) =>
  isUniqueViolation(error) || (error instanceof Problem && error.code === problems.accountDisabled.code)

/** Signs users in with passkeys, which are two factors: a device, and what unlocks it. */
export function createPasskeySignIn({ db, ceremonies, sessions }: PasskeySignInOptions) {
  return {
    /** Returns the options with which a browser signs in with any passkey of this shop. */
    options: (party: Pick<Party, 'rpId'>) => ceremonies.signInOptions(party),

    /**
     * Opens a session for the owner of a passkey.
     * @throws Problem `invalid-passkey` for an unknown passkey, for a wrong answer, for a challenge used
     * before, and for a disabled account; `overloaded`
     */
    async signIn(response: AuthenticationResponseJSON, party: Party, client: ClientInfo): Promise<SignedIn> {
      const where = { credentialId: response.id }
      const found = await db.read.passkey.findUnique({ where, include: { user: true } })
      if (!found) throw invalidPasskey(new AuthnFailure({ reason: 'unknown-passkey' }))
      const { user, ...passkey } = found
      const {
        newCounter,
        credentialBackedUp: backedUp,
        challenge,
      } = await ceremonies.verifySignIn(passkey, response, party)
      const refusal = () => invalidPasskey(new AuthnFailure({ userId: user.id, reason: 'wrong-passkey' }))
      const open = sessions.open(user, client, async (tx) => {
        await useChallenge(tx, challenge)
        // The passkey may have been removed, or another answer of it accepted, since it was read.
        const { count } = await tx.passkey.updateMany({
          where: { id: passkey.id, counter: passkey.counter },
          data: { counter: BigInt(newCounter), backedUp, lastUsedAt: new Date() },
        })
        if (count === 0) throw refusal()
        return true
      })
      const opened = await open.catch((error) => {
        throw isRefusal(error) ? refusal() : error
      })
      if (!opened) throw refusal()
      return opened
    },
  }
}
