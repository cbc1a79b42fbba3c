// Runs in a thread of its own (passwords.ts). Plain JavaScript, so that a thread starts with no loader to load first.
import bcrypt from 'bcrypt'

/** @param {{ password: string, cost: number }} task */
export const hash = ({ password, cost }) => bcrypt.hashSync(password, cost)

/**
 * Checks `password` against the first hash and then, for the work alone, against the others.
 * @param {{ password: string, hashes: string[] }} task
 */
export const compare = ({ password, hashes: [hash, ...others] }) => {
  const right = bcrypt.compareSync(password, hash)
  for (const other of others) bcrypt.compareSync(password, other)
  return right
}
