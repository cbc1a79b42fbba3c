import type { ApiKey } from '#prisma'
import { recordAudit } from '../../audit/record-audit.js'
import type { ApiKeyView, NewApiKeyView, Scope } from '../../contract/api-key.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { invalidRequest, notFound, Problem, problems } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import { isId, newId } from '../../ids.js'
import { type Origin, originOfUser, SYSTEM } from '../../stream/origin.js'
import { hashOfKey, newKey, shownPart } from './key-format.js'

/** Most keys in force. */
const MAX_KEYS = 1_000

export interface NewApiKey {
  name: string
  scopes: Scope[]
  /** ISO 8601. */
  expiresAt?: string | null | undefined
}

export interface ApiKeyOptions {
  db: Db
  /** Called after each change, before its answer. */
  onChange(): Promise<void>
}

/** Returns the API's view of a row of `api_keys`, without the hashes. */
export const viewKey = (row: ApiKey): ApiKeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes.split(' ') as Scope[],
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
})

const timeOf = async (db: Db, tx: Tx) => new Date(await db.dialect.now(tx))

/**
 * Tells all processes to look at the keys of a user again: their validity depends on the user. Call it in the transaction
 * that changes the role or disables the user.
 */
export async function touchKeys(db: Db, tx: Tx, userId: string): Promise<void> {
  const updatedAt = await timeOf(db, tx)
  await tx.apiKey.updateMany({ where: { userId, revokedAt: null }, data: { updatedAt } })
}

/** The last time in both databases and in ISO 8601 with four digits of the year. */
const LAST_TIME = Date.UTC(10000, 0) - 1

/** Manages API keys. */
export function createApiKeys({ db, onChange }: ApiKeyOptions) {
  const withKey = (row: ApiKey, key: string): NewApiKeyView => ({ ...viewKey(row), key })

  /** Replaces the secret of a key in `tx`; undefined if another transaction has changed it meanwhile. */
  const replace = async (
    tx: Tx,
    row: ApiKey,
    key: string,
    overlapMs: number,
  ): Promise<ApiKey | undefined> => {
    const at = await timeOf(db, tx)
    const data = {
      hash: hashOfKey(key),
      prefix: shownPart(key),
      previousHash: overlapMs > 0 ? row.hash : null,
      previousUntil: overlapMs > 0 ? new Date(at.getTime() + overlapMs) : null,
      updatedAt: at,
    }
    const where = { id: row.id, hash: row.hash, revokedAt: null }
    const { count } = await tx.apiKey.updateMany({ where, data })
    return count > 0 ? { ...row, ...data } : undefined
  }

  return {
    /**
     * Creates a key of the admin `userId`.
     * @param origin its maker; that admin by default
     * @returns the key, which cannot be read again
     * @throws Problem invalid-request, api-key-limit
     */
    async create(
      { name, scopes, expiresAt }: NewApiKey,
      userId: string,
      origin: Origin = originOfUser(userId),
      remember?: Remember<NewApiKeyView>,
    ): Promise<NewApiKeyView> {
      const expires = expiresAt == null ? null : new Date(expiresAt)
      // Also refuses a leap second, which JSON Schema accepts and Date does not.
      if (expires && !(expires.getTime() > Date.now() && expires.getTime() <= LAST_TIME))
        throw invalidRequest([
          { path: 'expiresAt', message: 'must be in the future, and before the year 10000' },
        ])
      const id = newId()
      const key = newKey()
      const row = await db.write(async (tx, inDoubt) => {
        const made = inDoubt && (await tx.apiKey.findUnique({ where: { id } }))
        if (made) return made
        if ((await tx.apiKey.count({ where: { revokedAt: null } })) >= MAX_KEYS)
          throw new Problem(problems.apiKeyLimit, `At most ${MAX_KEYS} API keys: delete one first.`)
        const at = await timeOf(db, tx)
        const details = { scopes, expiresAt: expires?.toISOString() ?? null }
        await recordAudit(tx, { origin, action: 'key.created', subject: id, details })
        const created = await tx.apiKey.create({
          data: {
            id,
            userId,
            name,
            prefix: shownPart(key),
            hash: hashOfKey(key),
            scopes: scopes.join(' '),
            createdAt: at,
            updatedAt: at,
            expiresAt: expires,
          },
        })
        await remember?.(tx, withKey(created, key))
        return created
      })
      await onChange()
      return withKey(row, key)
    },

    /** Returns all keys in force, newest first. */
    async list(): Promise<ApiKeyView[]> {
      const rows = await db.read.apiKey.findMany({ where: { revokedAt: null }, orderBy: { id: 'desc' } })
      return rows.map(viewKey)
    },

    /** Revokes a key. @throws Problem not-found */
    async revoke(id: string, origin: Origin = SYSTEM): Promise<void> {
      const isDone =
        isId(id) &&
        (await db.write(async (tx, inDoubt) => {
          const at = await timeOf(db, tx)
          const data = { revokedAt: at, updatedAt: at }
          const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data })
          if (count > 0) await recordAudit(tx, { origin, action: 'key.deleted', subject: id })
          return count > 0 || (inDoubt && (await tx.apiKey.count({ where: { id } })) > 0)
        }))
      if (!isDone) throw notFound('API key')
      await onChange()
    },

    /**
     * Replaces the secret of a key. The previous one stays valid for `overlapSeconds`; one from before ends now.
     * @returns the key, which cannot be read again
     * @throws Problem not-found
     */
    async rotate(
      id: string,
      overlapSeconds: number,
      origin: Origin = SYSTEM,
      remember?: Remember<NewApiKeyView>,
    ): Promise<NewApiKeyView> {
      if (!isId(id)) throw notFound('API key')
      const key = newKey()
      const row = await db.write(async (tx, inDoubt) => {
        for (;;) {
          const current = await tx.apiKey.findUnique({ where: { id } })
          if (!current || current.revokedAt) throw notFound('API key')
          if (inDoubt && current.hash === hashOfKey(key)) return current
          const replaced = await replace(tx, current, key, overlapSeconds * 1000)
          if (!replaced) continue
          const details = { overlapSeconds }
          await recordAudit(tx, { origin, action: 'key.rotated', subject: id, details })
          await remember?.(tx, withKey(replaced, key))
          return replaced
        }
      })
      await onChange()
      return withKey(row, key)
    },
  }
}
