// Worker thread of hashing.ts. Plain JavaScript, so a thread starts without a TypeScript loader.
import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'

/** Length of the beginning of a bcrypt hash: version and cost, then with the salt. */
const COST_LENGTH = 7
const SALT_LENGTH = 29

/**
 * Returns the HMAC-SHA-256 of a password too long for bcrypt, in base64, which contains no NUL. The key is the
 * salt, so nobody can try hashes leaked elsewhere in place of the password (password shucking).
 * @param {string} password
 * @param {string} salt
 */
const shorten = (password, salt) => createHmac('sha256', salt).update(password).digest('base64')

/**
 * Hashes with bcrypt; a long password in the format of Passlib's bcrypt_sha256, version 2:
 * `$bcrypt-sha256$v=2,t=2b,r=COST$SALT$DIGEST`.
 * @param {{ password: string, isLong: boolean, cost: number }} task
 */
export const hash = ({ password, isLong, cost }) => {
  const salt = bcrypt.genSaltSync(cost)
  if (!isLong) return bcrypt.hashSync(password, salt)
  const own = salt.slice(COST_LENGTH)
  const digest = bcrypt.hashSync(shorten(password, own), salt).slice(SALT_LENGTH)
  return `$bcrypt-sha256$v=2,t=2b,r=${cost}$${own}$${digest}`
}

/**
 * @param {string} password
 * @param {boolean} isLong
 * @param {string} hash
 */
const matches = (password, isLong, hash) => {
  const [, scheme, parameters, salt, digest] = hash.split('$')
  if (scheme === 'bcrypt-sha256') {
    const cost = parameters.slice(parameters.lastIndexOf('=') + 1).padStart(2, '0')
    return bcrypt.compareSync(shorten(password, salt), `$2b$${cost}$${salt}${digest}`)
  }
  // Long passwords had no format of their own at first.
  return bcrypt.compareSync(isLong ? shorten(password, hash.slice(0, SALT_LENGTH)) : password, hash)
}

/**
 * Checks `password` against the first hash, then against the others only to equalize the time.
 * @param {{ password: string, isLong: boolean, hashes: string[] }} task
 */
export const compare = ({ password, isLong, hashes: [hash, ...others] }) => {
  const right = matches(password, isLong, hash)
  for (const other of others) bcrypt.compareSync(password, other)
  return right
}
