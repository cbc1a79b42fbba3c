import type { ApiKey } from '#prisma'
import type { Scope } from '../../contract/api-key.js'
import type { Db } from '../../db/db.js'
import { sql } from '../../db/sql.js'
import type { KeyPrincipal } from '../access/principal.js'
import { hashOfKey, isKeyForm } from './key-format.js'

// A commit follows the timestamp it writes by at most half a minute.
const LOOK_BACK_MS = 60_000

/** A change of a known key: it ended, or its secret or its scopes changed. */
export interface KeyChange {
  id: string
  isEnded: boolean
}

interface Entry {
  /** What the entry was made from. */
  made: string
  /** By hash: the current secret, and the previous one during a rotation. */
  secrets: [hash: string, principal: KeyPrincipal][]
}

type KeyRow = ApiKey & { user: { role: string; disabled: boolean } }

const secondsOf = (at: Date | null) => (at ? at.getTime() / 1000 : Number.POSITIVE_INFINITY)

/** Whether a key is valid, apart from its expiry: it is not revoked, and its owner is an enabled admin. */
const isValid = ({ revokedAt, user }: KeyRow) => revokedAt === null && user.role === 'admin' && !user.disabled

function entryOf(row: KeyRow): Entry {
  const { id: keyId, userId: ownerId, hash, previousHash, previousUntil } = row
  const scopes = row.scopes.split(' ') as Scope[]
  const exp = secondsOf(row.expiresAt)
  const secrets: Entry['secrets'] = [[hash, Object.freeze({ keyId, ownerId, scopes, exp })]]
  if (previousHash && previousUntil)
    secrets.push([
      previousHash,
      Object.freeze({ keyId, ownerId, scopes, exp: Math.min(exp, secondsOf(previousUntil)) }),
    ])
  return { made: JSON.stringify([hash, previousHash, previousUntil, scopes, row.expiresAt]), secrets }
}

export type KeyRing = Awaited<ReturnType<typeof loadKeyRing>>

/**
 * Loads the hashes of all valid keys. Keys are verified in memory, without a database query; `look` reads the changes of
 * other processes.
 */
export async function loadKeyRing(db: Db) {
  const entries = new Map<string, Entry>()
  const byHash = new Map<string, KeyPrincipal>()
  let lookedAt = 0

  /** Replaces the entry of a key. @returns the change, if this process knew the key */
  const put = (id: string, entry: Entry | undefined): KeyChange | undefined => {
    const known = entries.get(id)
    if (known && known.made === entry?.made) return undefined
    for (const [hash] of known?.secrets ?? []) byHash.delete(hash)
    for (const [hash, principal] of entry?.secrets ?? []) byHash.set(hash, principal)
    if (entry) entries.set(id, entry)
    else entries.delete(id)
    return known && { id, isEnded: entry === undefined }
  }

  const putRows = (rows: KeyRow[]): KeyChange[] =>
    rows.flatMap((row) => put(row.id, isValid(row) ? entryOf(row) : undefined) ?? [])

  const include = { user: { select: { role: true, disabled: true } } } as const

  /** Reads all keys again, after the database was replaced. @returns the changes of known keys */
  const reload = async (): Promise<KeyChange[]> => {
    const start = performance.now()
    const rows = await db.read.apiKey.findMany({ where: { revokedAt: null }, include })
    const ids = new Set(rows.map(({ id }) => id))
    const gone = [...entries.keys()].filter((id) => !ids.has(id))
    lookedAt = start
    return [...gone.flatMap((id) => put(id, undefined) ?? []), ...putRows(rows)]
  }
  await reload()

  return {
    reload,

    /** Returns the principal of a key; undefined for an unknown, expired or revoked one. */
    verify(text: string): KeyPrincipal | undefined {
      const principal = isKeyForm(text) ? byHash.get(hashOfKey(text)) : undefined
      return principal && Date.now() < principal.exp * 1000 ? principal : undefined
    },

    /** Whether `text` could be a key that another process has created since the last look. */
    mayBeNew: (text: string): boolean => isKeyForm(text) && !byHash.has(hashOfKey(text)),

    /** Whether the key of `principal` is still valid. */
    isLive: (principal: KeyPrincipal): boolean =>
      Date.now() < principal.exp * 1000 &&
      entries.get(principal.keyId)?.secrets.some(([, known]) => known === principal) === true,

    /** Reads what changed since the last look, by any process. @returns the changes of known keys */
    async look(): Promise<KeyChange[]> {
      const start = performance.now()
      const since = db.dialect.ago(Math.ceil(start - lookedAt) + LOOK_BACK_MS)
      const changed = await db.read.$queryRaw<{ id: string }[]>(
        sql`SELECT id FROM api_keys WHERE updated_at > ${since}`,
      )
      const where = { id: { in: changed.map(({ id }) => id) } }
      const rows = changed.length > 0 ? await db.read.apiKey.findMany({ where, include }) : []
      lookedAt = start
      return putRows(rows)
    },
  }
}
