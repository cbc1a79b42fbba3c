import { createHash, randomBytes } from 'node:crypto'
import type { MailToken } from '#prisma'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'

export type TokenKind = 'reset' | 'verification'

/** How long a mailed token is valid, in milliseconds. */
export const LIFETIME_MS: Readonly<Record<TokenKind, number>> = {
  reset: 30 * 60 * 1000,
  verification: 24 * 60 * 60 * 1000,
}

/** Returns the hash by which a token is stored. One round of SHA-256 suffices: 256 random bits cannot be guessed. */
export const hashOfMailToken = (token: string) => createHash('sha256').update(token).digest('hex')

/** The owner of a token, and the address of its mail. */
export interface TokenFor {
  userId: string
  kind: TokenKind
  email: string
}

async function storeToken(
  tx: Tx,
  token: string,
  { userId, kind, email }: TokenFor,
  at: number,
): Promise<void> {
  const data = {
    hash: hashOfMailToken(token),
    email,
    createdAt: new Date(at),
    expiresAt: new Date(at + LIFETIME_MS[kind]),
  }
  const where = { userId_kind: { userId, kind } }
  await tx.mailToken.upsert({ where, create: { userId, kind, ...data }, update: data })
}

/**
 * Issues a token of 256 random bits, which voids the user's earlier one of its kind.
 * @param at milliseconds since 1970, by the database's clock
 * @returns the token, which cannot be read again
 */
export async function issueToken(tx: Tx, whom: TokenFor, at: number): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await storeToken(tx, token, whom, at)
  return token
}

/**
 * Makes a verification token, just used up, valid once more: for setting the password of its user, within the lifetime of a
 * reset token, and in place of an earlier one.
 * @param at milliseconds since 1970, by the database's clock
 */
export async function continueAsReset(tx: Tx, token: string, row: MailToken, at: number): Promise<void> {
  const { userId, email } = row
  await storeToken(tx, token, { userId, kind: 'reset', email }, at)
}

/** The models with tokens, of a transaction or of the reader. */
interface TokenReader {
  mailToken: Pick<Tx['mailToken'], 'findUnique'>
}

/** Returns the row of a token valid `at`; undefined if it was used, replaced, has expired or is of another kind. */
export async function findToken(
  { mailToken }: TokenReader,
  token: string,
  kind: TokenKind,
  at: number,
): Promise<MailToken | undefined> {
  const row = await mailToken.findUnique({ where: { hash: hashOfMailToken(token) } })
  return row && row.kind === kind && row.expiresAt.getTime() > at ? row : undefined
}

/** Uses a token up. @returns false if another transaction did */
export async function spendToken(tx: Tx, { hash }: MailToken): Promise<boolean> {
  const { count } = await tx.mailToken.deleteMany({ where: { hash } })
  return count > 0
}

/**
 * Voids the tokens of a user, and what waits to be mailed to them: call it in the transaction of the new password.
 * An unconfirmed change of the email address ends with it.
 */
export async function voidMails(tx: Tx, userId: string): Promise<void> {
  await tx.mailToken.deleteMany({ where: { userId } })
  await tx.mail.deleteMany({
    where: { userId, kind: { in: ['password-reset', 'email-verification'] }, sentAt: null },
  })
}

/** Tokens deleted per transaction. */
const STEP = 500

/** Deletes expired tokens, a few at a time. */
export async function pruneTokens(db: Db): Promise<void> {
  const expired = { expiresAt: { lt: new Date(await db.dialect.now(db.read)) } }
  for (;;) {
    const rows = await db.read.mailToken.findMany({ where: expired, take: STEP, select: { hash: true } })
    if (rows.length === 0) return
    const hashes = rows.map(({ hash }) => hash)
    await db.write((tx) => tx.mailToken.deleteMany({ where: { hash: { in: hashes } } }))
  }
}
