import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { weakness } from './weak-secret.js'

const LEAST_CHARACTERS = 32
const OTHERS = 0o077

/** The signing key that a server without JWT_SECRET uses. */
export interface KeptSigningKey {
  key: string
  /** What is unsafe about the file that holds it, as a sentence for the log. */
  warning: string | undefined
}

/**
 * Reads the signing key that is kept in `dir`, readable by its owner alone, and makes it where there is none. Of two
 * processes that start at once, one makes it and both read it.
 * @throws Error when the file holds something that this program did not write there, or cannot be read
 */
export function keptSigningKey(dir: string): KeptSigningKey {
  const file = join(dir, 'jwt-secret')
  const key = read(file) ?? make(file)
  const why =
    key.trim().length < LEAST_CHARACTERS ? `has fewer than ${LEAST_CHARACTERS} characters` : weakness(key)
  if (why)
    throw new Error(
      `${file} can be guessed: it ${why}. Delete the file to have a key made, or set JWT_SECRET. People sign in again then`,
    )
  return { key, warning: warningOf(file) }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

function make(file: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file) // whole or not at all, and never over a key that is there
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(file, 'utf8')
}

function warningOf(file: string): string | undefined {
  if (process.platform === 'win32') return undefined // access is not in the mode there
  const mode = statSync(file).mode & 0o777
  if ((mode & OTHERS) === 0) return undefined
  const octal = mode.toString(8).padStart(4, '0')
  return `${file} signs access tokens and can be read by other users (mode ${octal}): run chmod 600 on it`
}
