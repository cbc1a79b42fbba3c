import { createHash, randomInt } from 'node:crypto'
import type { Tx } from '../../db/transaction.js'

const COUNT = 10
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: no letter looks like a digit
const GROUP_LENGTH = 4
/** 24 characters of 5 bits: above 112 bits, one round of SHA-256 suffices (OWASP ASVS 5.0, 6.5.2). */
const GROUPS = 6
const LENGTH = GROUPS * GROUP_LENGTH

const newCode = () =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-')

/** Generates the recovery codes of a user. */
export const newRecoveryCodes = (): string[] => Array.from({ length: COUNT }, newCode)

/** Reads a code as people type it: in any case, with or without hyphens, an O for a 0. */
const normalCode = (typed: string) =>
  typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')

const hashOf = (typed: string) => createHash('sha256').update(normalCode(typed)).digest('hex')

/** Replaces the recovery codes of a user. */
export async function replaceRecoveryCodes(tx: Tx, userId: string, codes: string[]): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ hash: hashOf(code), userId })) })
}

/** Whether the user has all of `codes`. */
export const hasRecoveryCodes = async (tx: Tx, userId: string, codes: string[]): Promise<boolean> =>
  (await tx.recoveryCode.count({ where: { userId, hash: { in: codes.map(hashOf) } } })) === codes.length

/** Uses up a recovery code of the user. @returns false if it is invalid or was used before */
export async function useRecoveryCode(tx: Tx, userId: string, typed: string): Promise<boolean> {
  if (normalCode(typed).length !== LENGTH) return false
  const { count } = await tx.recoveryCode.deleteMany({ where: { hash: hashOf(typed), userId } })
  return count === 1
}
