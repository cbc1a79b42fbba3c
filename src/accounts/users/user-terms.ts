import type { Prisma, User } from '#prisma'
import type { Tx } from '../../db/transaction.js'
import { NAME_RULES, termsOf } from '../../search/tokenize.js'

/** The width of the column, in characters. */
const TERM_LENGTH = 64

/** Returns the terms that a user is found by: the words of the name, and the beginning of the email address. */
export const userTerms = ({ name, email }: Pick<User, 'name' | 'email'>): string[] => [
  ...new Set([...termsOf(name), email.slice(0, TERM_LENGTH)]),
]

const rowsOf = (user: Pick<User, 'id' | 'name' | 'email'>) =>
  userTerms(user).map((term) => ({ term, userId: user.id }))

/** Creates a user with its terms. */
export async function insertUser(tx: Tx, data: Prisma.UserCreateInput): Promise<User> {
  const user = await tx.user.create({ data: { ...data, termRules: NAME_RULES } })
  await tx.userTerm.createMany({ data: rowsOf(user) })
  return user
}

/** Replaces the terms of a user: call it after every change of a name or an email address, in the same transaction. */
export async function indexUser(
  tx: Tx,
  user: Pick<User, 'id' | 'name' | 'email' | 'erasedAt'>,
): Promise<void> {
  await tx.userTerm.deleteMany({ where: { userId: user.id } })
  if (user.erasedAt === null) await tx.userTerm.createMany({ data: rowsOf(user) })
  await tx.user.updateMany({ where: { id: user.id }, data: { termRules: NAME_RULES } })
}
