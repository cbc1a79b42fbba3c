import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RefreshToken } from '#prisma'
import type { Tx } from '../db/types.js'

/** How long after its rotation a token still yields its successor, for a second tab or a lost answer. */
const OVERLAP_MS = 10_000

/** A new refresh token: 256 random bits. */
export const newRefreshToken = () => randomBytes(32).toString('base64url')

/** What is kept of a token. It is random through and through, so one round of SHA-256 can't be searched. */
export const hashOfToken = (token: string) => createHash('sha256').update(token).digest('hex')

/** Made of what only the client has and of what only the database has, so neither alone yields it. */
const successorOf = (token: string, nonce: string) =>
  createHmac('sha256', token).update(nonce).digest('base64url')

/**
 * Exchanges `token`, which the database knows as `row`, for its successor. A token that was exchanged already gives
 * the same successor again for OVERLAP_MS, as long as that one is unused.
 * @returns undefined for a token used again otherwise: somebody has a copy.
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
    // Another node was quicker since `row` was read.
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
