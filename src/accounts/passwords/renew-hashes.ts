import { setImmediate as turn } from 'node:timers/promises'
import type { User } from '#prisma'
import type { Db } from '../../db/db.js'
import { Problem, problems } from '../../errors.js'
import type { Passwords } from './hashing.js'

export interface RenewalOptions {
  db: Db
  passwords: Passwords
  onError(error: unknown): void
}

const isOverloaded = (error: unknown) => error instanceof Problem && error.code === problems.overloaded.code

/**
 * Renews outdated hashes in the background. Only a sign-in has the plain password; if it waited for the new hash, its time
 * would show that the account exists and is old.
 */
export function createHashRenewals({ db, passwords, onError }: RenewalOptions) {
  const running = new Map<string, Promise<void>>()
  let stopped = false

  const replace = async ({ id, password: old }: User, typed: string): Promise<void> => {
    await turn() // the response goes first
    const password = await passwords.hash(typed)
    // Another password may have been set meanwhile.
    await db.write((tx) => tx.user.updateMany({ where: { id, password: old }, data: { password } }))
  }

  const settled = async (): Promise<void> => {
    await Promise.all(running.values())
  }

  return {
    /** Renews the hash of `user` if it is outdated, and does not wait for it. @param typed the matching password */
    renew(user: User, typed: string): void {
      if (stopped || running.has(user.id) || !passwords.isOutdated(user.password, typed)) return
      const task = replace(user, typed)
        .catch((error) => {
          if (!stopped && !isOverloaded(error)) onError(error)
        })
        .finally(() => running.delete(user.id))
      running.set(user.id, task)
    },

    /** Waits until no hash is being renewed. */
    settled,

    /** Renews no more hashes, and waits for the running ones. */
    async stop(): Promise<void> {
      stopped = true
      await settled()
    },
  }
}
