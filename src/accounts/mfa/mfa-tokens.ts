import { createHash, randomBytes } from 'node:crypto'
import type { User } from '#prisma'
import { type MfaMethod, mfaMethods } from '../../contract/user.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { invalidToken } from '../../errors.js'
import { refuseDisabled } from '../refuse-disabled.js'
import { readFactors } from './factors.js'

/** Time for the second step of a sign-in. */
const LIFETIME_MS = 5 * 60 * 1000

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** A sign-in waiting for its second step. */
export interface PendingSignIn {
  /** 256 random bits, in base64url. */
  mfaToken: string
  methods: MfaMethod[]
}

async function methodsOf(tx: Tx, userId: string): Promise<MfaMethod[]> {
  const { totp, passkeys, recoveryCodesLeft } = await readFactors(tx, userId)
  const has: Record<MfaMethod, boolean> = {
    totp,
    passkey: passkeys > 0,
    'recovery-code': recoveryCodesLeft > 0,
  }
  return mfaMethods.filter((method) => has[method])
}

export interface MfaTokenOptions {
  db: Db
  /** Milliseconds since 1970, in place of the database's clock. */
  now?: (() => number) | undefined
}

export type MfaTokens = ReturnType<typeof createMfaTokens>

/** Tokens of sign-ins waiting for their second step. Every process accepts them, each until its sign-in is complete. */
export function createMfaTokens({ db, now }: MfaTokenOptions) {
  const timeOf = async (reader: Pick<Tx, '$queryRawUnsafe'>) => (now ? now() : await db.dialect.now(reader))

  return {
    /**
     * Issues a token to a client with the password of `user`.
     * @returns undefined if the password has changed since it was verified, or the user has no second factor any more
     * @throws Problem `account-disabled`
     */
    async issue(user: User): Promise<PendingSignIn | undefined> {
      const mfaToken = randomBytes(32).toString('base64url')
      const hash = hashOf(mfaToken)
      const userId = user.id
      const methods = await db.write(async (tx) => {
        await db.dialect.holdUser(tx, userId)
        const row = await tx.user.findUnique({ where: { id: userId } })
        if (!row) return undefined
        refuseDisabled(row)
        if (!row.mfa || row.password !== user.password) return undefined
        const data = { userId, expiresAt: new Date((await timeOf(tx)) + LIFETIME_MS) }
        await tx.mfaToken.upsert({ where: { hash }, create: { hash, ...data }, update: data })
        return methodsOf(tx, userId)
      })
      return methods && { mfaToken, methods }
    },

    /** Returns the user whose sign-in `token` continues. @throws Problem `invalid-token` */
    async ownerOf(token: string): Promise<User> {
      const where = { hash: hashOf(token) }
      const row = await db.read.mfaToken.findUnique({ where, include: { user: true } })
      if (!row || row.expiresAt.getTime() <= (await timeOf(db.read))) throw invalidToken()
      return row.user
    },

    /** Uses up a token. @throws Problem `invalid-token` if it was used, has expired or was voided */
    async spend(tx: Tx, token: string): Promise<void> {
      const expiresAt = { gt: new Date(await timeOf(tx)) }
      const { count } = await tx.mfaToken.deleteMany({ where: { hash: hashOf(token), expiresAt } })
      if (count === 0) throw invalidToken()
    },
  }
}

const STEP = 500

/** Deletes expired tokens in small transactions. @param at milliseconds since 1970 */
export async function pruneMfaTokens(db: Db, at: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const where = { expiresAt: { lt: new Date(at) } }
    const tokens = await db.read.mfaToken.findMany({ where, select: { hash: true }, take: STEP })
    if (tokens.length === 0) return
    const hashes = tokens.map(({ hash }) => hash)
    await db.write((tx) => tx.mfaToken.deleteMany({ where: { hash: { in: hashes } } }))
  }
}
