import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Passkey } from '#prisma'
import type { NewPasskeyView, PasskeyView } from '../../contract/passkey.js'
import type { Db } from '../../db/db.js'
import { isUniqueViolation } from '../../db/driver-error.js'
import { invalidPasskey, notFound, Problem, problems } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import { isId, newId } from '../../ids.js'
import { lockUser, noteFactors } from '../mfa/factors.js'
import type { Caller, Reauthentication } from '../mfa/reauthentication.js'
import { newRecoveryCodes, replaceRecoveryCodes } from '../mfa/recovery-codes.js'
import type { ClientInfo } from '../sessions/session.js'
import type { Sessions } from '../sessions/sessions.js'
import type { Ceremonies, Party } from './ceremonies.js'
import { useChallenge } from './challenges.js'
import { viewPasskey } from './passkey.js'

/** Most passkeys of a user. */
const MAX_PASSKEYS = 20
const MAX_TRANSPORTS = 255

export interface PasskeyOptions {
  db: Db
  ceremonies: Ceremonies
  sessions: Sessions
  reauthentication: Reauthentication
  /** Whether users with this role need a second factor. */
  mfaRequiredOf(role: string): boolean
}

/** Manages the passkeys of users. Adding or removing one ends every other session of the user. */
export function createPasskeys(options: PasskeyOptions) {
  const { db, ceremonies, sessions, reauthentication, mfaRequiredOf } = options

  const passkeysOf = (userId: string) =>
    db.read.passkey.findMany({ where: { userId }, orderBy: { id: 'desc' }, take: MAX_PASSKEYS })

  return {
    /** Returns the passkeys of a user, newest first. */
    list: async (userId: string): Promise<PasskeyView[]> => (await passkeysOf(userId)).map(viewPasskey),

    /**
     * Returns the options with which a browser creates a passkey.
     * @param password needed 10 minutes after the sign-in
     * @throws Problem `recent-sign-in-required`, `invalid-credentials`, `account-locked`, `unauthenticated`, `overloaded`
     */
    async registrationOptions(
      caller: Caller,
      password: string | undefined,
      party: Pick<Party, 'rpId'>,
      client: ClientInfo,
    ) {
      const user = await reauthentication.byPasswordOrSignIn(caller, password, client)
      return ceremonies.registrationOptions(user, await passkeysOf(user.id), party)
    },

    /**
     * Registers a passkey created by a browser.
     * @returns the passkey, with recovery codes if it is the user's first second factor
     * @throws Problem `invalid-passkey`, `passkey-limit`, `unauthenticated`
     */
    async register(
      { userId, sessionId, requestId }: Caller,
      response: RegistrationResponseJSON,
      name: string,
      party: Party,
      remember?: Remember<NewPasskeyView>,
    ): Promise<NewPasskeyView> {
      const verified = await ceremonies.verifyRegistration(userId, response, party)
      const { credential, credentialBackedUp: backedUp, challenge } = verified
      const recoveryCodes = newRecoveryCodes()
      const row: Passkey = {
        id: newId(),
        userId,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: BigInt(credential.counter),
        transports: (credential.transports ?? []).join(' ').slice(0, MAX_TRANSPORTS),
        backedUp,
        name,
        createdAt: new Date(),
        lastUsedAt: null,
      }
      const shown: Pick<NewPasskeyView, 'recoveryCodes'> = {}
      const add = sessions.endAll(
        userId,
        async (tx, inDoubt) => {
          const user = await lockUser(db, tx, userId)
          if (inDoubt && (await tx.passkey.count({ where: { id: row.id } })) > 0) return true
          if ((await tx.passkey.count({ where: { userId } })) >= MAX_PASSKEYS)
            throw new Problem(problems.passkeyLimit, `At most ${MAX_PASSKEYS} passkeys: delete one first.`)
          await useChallenge(tx, challenge)
          await tx.passkey.create({ data: row })
          delete shown.recoveryCodes
          if (!user.mfa) {
            await replaceRecoveryCodes(tx, userId, recoveryCodes)
            shown.recoveryCodes = recoveryCodes
          }
          await noteFactors(tx, userId, { change: 'added', factor: 'passkey', requestId })
          await remember?.(tx, { ...viewPasskey(row), ...shown })
          return true
        },
        sessionId,
      )
      await add.catch((error) => {
        // The challenge was used before, or the passkey is registered.
        throw isUniqueViolation(error) ? invalidPasskey(error) : error
      })
      return { ...viewPasskey(row), ...shown }
    },

    /**
     * Removes a passkey. A user who needs a second factor, and has no other, is signed out everywhere.
     * @param password needed 10 minutes after the sign-in
     * @throws Problem `not-found`; else as registrationOptions
     */
    async remove(
      caller: Caller,
      id: string,
      password: string | undefined,
      client: ClientInfo,
    ): Promise<void> {
      const { userId, sessionId, requestId } = caller
      const passkey = isId(id) && (await db.read.passkey.findFirst({ where: { id, userId } }))
      if (!passkey) throw notFound('passkey')
      await reauthentication.byPasswordOrSignIn(caller, password, client)
      await sessions.endAll(
        userId,
        async (tx, inDoubt) => {
          await lockUser(db, tx, userId)
          const { count } = await tx.passkey.deleteMany({ where: { id, userId } })
          if (count === 0 && !inDoubt) throw notFound('passkey')
          const { role, mfa } = await noteFactors(tx, userId, {
            change: 'removed',
            factor: 'passkey',
            requestId,
          })
          // The access token of the request would count as one with a second factor.
          return !mfa && mfaRequiredOf(role) ? 'all' : true
        },
        sessionId,
      )
    },
  }
}
