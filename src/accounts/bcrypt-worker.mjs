// Runs in a thread of its own (passwords.ts). Plain JavaScript, so that a thread starts with no loader to load first.
import bcrypt from 'bcrypt'

/** @param {{ password: string, cost: number }} task */
export const hash = ({ password, cost }) => bcrypt.hashSync(password, cost)

/** @param {{ password: string, hash: string }} task */
export const compare = ({ password, hash }) => bcrypt.compareSync(password, hash)
