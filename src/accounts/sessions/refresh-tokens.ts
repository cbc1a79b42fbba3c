import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RefreshToken } from '#prisma'
import type { Tx } from '../../db/transaction.js'

/** Grace period after rotation in which a token still yields its successor, for a second tab or a lost response. */
const OVERLAP_MS = 10_000

/** Generates a refresh token of 256 random bits. */
export const newRefreshToken = () => randomBytes(32).toString('base64url')

/** Hashes a token for storage. One round of SHA-256 suffices: 256 random bits can't be brute-forced. */
export const hashOfToken = (token: string) => createHash('sha256').update(token).digest('hex')

/** Derives the successor from the client's token and the database's nonce, so neither alone yields it. */
const successorOf = (token: string, nonce: string) =>
  createHmac('sha256', token).update(nonce).digest('base64url')

/**
 * Rotates `token`, stored as `row`. A token rotated less than OVERLAP_MS ago yields the same successor again while that
 * successor is unused.
 * @returns the successor; undefined on token reuse, a sign of theft
 */
export async function rotateToken(
  tx: Tx,
  token: string,
  row: RefreshToken,
  at: Date,
): Promise<string | undefined> {
  const { hash, sessionId } = row
  if (row.rotatedAt !== null) return replaySuccessor(tx, token, row, at)
  const nonce = randomBytes(32).toString('hex')
  const { count } = await tx.refreshToken.updateMany({
    where: { hash, rotatedAt: null },
    data: { nonce, rotatedAt: at },
  })
  if (count === 0) {
    // Another node rotated the token since `row` was read.
    const rotated = await tx.refreshToken.findUniqueOrThrow({ where: { hash } })
    return replaySuccessor(tx, token, rotated, at)
  }
  const successor = successorOf(token, nonce)
  await tx.refreshToken.create({ data: { hash: hashOfToken(successor), sessionId, createdAt: at } })
  return successor
}

async function replaySuccessor(tx: Tx, token: string, { nonce, rotatedAt }: RefreshToken, at: Date) {
  if (!nonce || !rotatedAt || at.getTime() - rotatedAt.getTime() > OVERLAP_MS) return undefined
  const successor = successorOf(token, nonce)
  const next = await tx.refreshToken.findUnique({ where: { hash: hashOfToken(successor) } })
  return next?.rotatedAt === null ? successor : undefined
}
