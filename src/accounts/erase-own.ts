import type { Db } from '../db/db.js'
import { accountGone, overloaded } from '../errors.js'
import type { EventLog } from '../stream/log.js'
import { originOfUser } from '../stream/origin.js'
import type { Guess } from './change-password.js'
import type { SecretBox } from './mfa/secret-box.js'
import type { ClientInfo } from './sessions/session.js'
import type { Sessions } from './sessions/sessions.js'
import { eraseUser } from './users/erase-user.js'

export interface OwnErasureOptions {
  db: Db
  eventLog: EventLog
  sessions: Sessions
  guess: Guess
  /** Decrypts the kept answers to requests. */
  answerBox?: SecretBox | undefined
}

/** Attempts per erasure if the password hash changes concurrently, as when it is renewed. */
const MAX_ATTEMPTS = 3

/** Erases accounts at the request of their owners. */
export function createOwnErasure({ db, eventLog, sessions, guess, answerBox }: OwnErasureOptions) {
  return {
    /**
     * Erases the account of the user `userId`, whose password counts as a guess.
     * @throws Problem `invalid-credentials`, `account-locked`, `last-admin`, `unauthenticated` if the account is gone, `overloaded`
     */
    async eraseOwn(userId: string, password: string, client: ClientInfo): Promise<void> {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const user = await db.read.user.findUnique({ where: { id: userId } })
        if (!user || user.erasedAt) throw accountGone()
        const verified = await guess(user.email, password, client, 'The password is wrong.')
        // Another user may have got the email address since it was read.
        if (verified.id !== userId) continue
        const origin = originOfUser(userId, client.requestId)
        const isSame = (row: { password: string }) => row.password === verified.password
        if (await eraseUser({ db, eventLog, sessions, answerBox }, userId, origin, isSame)) return
      }
      throw overloaded(1)
    },
  }
}
