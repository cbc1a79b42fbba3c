import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { Problem, problems } from '../../errors.js'
import { useRecoveryCode } from './recovery-codes.js'
import { type SecretBox, UnknownKey } from './secret-box.js'
import { isTotpForm, stepOfCode } from './totp-codes.js'

export interface CodeOptions {
  db: Db
  /** Encrypts the secrets of authenticator apps. */
  box: SecretBox
  /** Milliseconds since 1970, in place of the database's clock. */
  now?: (() => number) | undefined
}

export type Codes = ReturnType<typeof createCodes>

/** What a valid code was. */
export type CodeKind = 'totp' | 'recovery-code'

/** Verifies the codes of authenticator apps and recovery codes, each of which is valid once. */
export function createCodes({ db, box, now }: CodeOptions) {
  const open = (row: { secret: string; keyId: string }, userId: string): string => {
    try {
      return box.open({ text: row.secret, keyId: row.keyId }, userId)
    } catch (cause) {
      if (!(cause instanceof UnknownKey)) throw cause
      const detail = 'Codes of authenticator apps cannot be verified right now: use a recovery code.'
      throw new Problem(problems.unavailable, detail, { cause })
    }
  }

  /**
   * Uses up a code of an authenticator app in `tx`. A secret encrypted with an earlier key is re-encrypted.
   * @param confirm takes a code of a new secret, and puts it into use
   * @returns false if the code is wrong, or not newer than the last one
   * @throws Problem `unavailable` if the key of the secret is not set
   */
  const useTotp = async (tx: Tx, userId: string, typed: string, confirm = false): Promise<boolean> => {
    const code = typed.replaceAll(/\s/g, '')
    if (!isTotpForm(code)) return false
    const row = await tx.totp.findUnique({ where: { userId } })
    if (!row || (row.confirmedAt === null) !== confirm) return false
    const secret = open(row, userId)
    const at = now ? now() : await db.dialect.now(tx)
    const step = stepOfCode(secret, code, at)
    if (step === undefined) return false
    const { keyId, text } = box.seal(secret, userId)
    // A code that was used, or is older than one, finds no older step; nor does a concurrent use of the same one.
    const { count } = await tx.totp.updateMany({
      where: { userId, secret: row.secret, lastStep: { lt: step } },
      data: {
        lastStep: step,
        ...(!box.isCurrent(row.keyId) && { keyId, secret: text }),
        ...(confirm && { confirmedAt: new Date(at) }),
      },
    })
    return count === 1
  }

  return {
    useTotp,

    /**
     * Uses up a code of an authenticator app, or a recovery code, in `tx`.
     * @returns what it was; undefined if it is wrong or was used before
     * @throws Problem `unavailable` as useTotp
     */
    async use(tx: Tx, userId: string, typed: string): Promise<CodeKind | undefined> {
      if (await useRecoveryCode(tx, userId, typed)) return 'recovery-code'
      return (await useTotp(tx, userId, typed)) ? 'totp' : undefined
    },
  }
}
