import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'

/** Time to answer a challenge. */
export const CHALLENGE_MS = 5 * 60 * 1000

const TIME_BYTES = 6
const RANDOM_BYTES = 16
const MAC_BYTES = 32

/** A valid challenge. */
export interface Challenge {
  hash: string
  expiresAt: Date
}

export interface ChallengeOptions {
  /** Secrets from which keys are derived, at least one: the first signs, all verify. */
  secrets: readonly string[]
  /** Milliseconds since 1970. */
  now?: () => number
}

export type Challenges = ReturnType<typeof createChallenges>

/**
 * Issues and verifies WebAuthn challenges: expiry, random bits and an HMAC-SHA-256 of both. They need no row before they are
 * answered, so asking for many fills no table, and every process verifies those of the others.
 */
export function createChallenges({ secrets, now = Date.now }: ChallengeOptions) {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'stockroom: passkey challenges', MAC_BYTES)),
  )
  const [signingKey] = keys
  if (!signingKey) throw new RangeError('at least one secret is required')

  const macOf = (key: Buffer, purpose: string, head: Uint8Array) =>
    createHmac('sha256', key).update(purpose).update('\0').update(head).digest()

  return {
    /** Issues a challenge valid for `purpose` alone. */
    issue(purpose: string): Uint8Array<ArrayBuffer> {
      const head = Buffer.alloc(TIME_BYTES + RANDOM_BYTES)
      head.writeUIntBE(now() + CHALLENGE_MS, 0, TIME_BYTES)
      randomBytes(RANDOM_BYTES).copy(head, TIME_BYTES)
      return Uint8Array.from(Buffer.concat([head, macOf(signingKey, purpose, head)]))
    },

    /** Verifies a challenge, in base64url. @returns undefined if it is of another purpose, forged or expired */
    verify(text: string, purpose: string): Challenge | undefined {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length !== TIME_BYTES + RANDOM_BYTES + MAC_BYTES) return undefined
      const head = bytes.subarray(0, -MAC_BYTES)
      const mac = bytes.subarray(-MAC_BYTES)
      if (!keys.some((key) => timingSafeEqual(macOf(key, purpose, head), mac))) return undefined
      const expiresAt = head.readUIntBE(0, TIME_BYTES)
      if (expiresAt <= now()) return undefined
      return { hash: createHash('sha256').update(bytes).digest('hex'), expiresAt: new Date(expiresAt) }
    },
  }
}

/**
 * Uses up a challenge.
 * @throws a unique violation if it was used before
 */
export async function useChallenge(tx: Tx, { hash, expiresAt }: Challenge): Promise<void> {
  await tx.usedChallenge.create({ data: { hash, expiresAt } })
}

const STEP = 500
/** The clocks of processes may differ by this much. */
const SKEW_MS = 60_000

/** Deletes the marks of expired challenges in small transactions. @param at milliseconds since 1970 */
export async function pruneChallenges(db: Db, at: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const where = { expiresAt: { lt: new Date(at - SKEW_MS) } }
    const used = await db.read.usedChallenge.findMany({ where, select: { hash: true }, take: STEP })
    if (used.length === 0) return
    const hashes = used.map(({ hash }) => hash)
    await db.write((tx) => tx.usedChallenge.deleteMany({ where: { hash: { in: hashes } } }))
  }
}
