import { randomBytes } from 'node:crypto'
import { linkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config.js'
import { dataFolder } from '../../db/open.js'
import { makeFolder, syncNames } from '../../on-disk.js'
import { MAX_SECRET_BYTES, readSmallText } from '../../regular-file.js'
import { weakness } from './weak-secret.js'

const MIN_CHARACTERS = 32
const OTHERS = 0o077

/** The signing key of a server without JWT_SECRET. */
export interface StoredSigningKey {
  key: string
  /** A sentence for the log if other users can read the key file. */
  warning: string | undefined
}

/**
 * Reads the signing key stored in `dir`, creating it readable only by its owner if missing. If two processes start
 * at once, one creates it and both read it.
 * @throws Error if the file is unreadable or its key is weak
 */
export function loadSigningKey(dir: string): StoredSigningKey {
  const file = join(dir, 'jwt-secret')
  const key = read(file) ?? make(file)
  const why =
    key.trim().length < MIN_CHARACTERS ? `has fewer than ${MIN_CHARACTERS} characters` : weakness(key)
  if (why)
    throw new Error(
      `${file} can be guessed: it ${why}. Delete the file to have a key made, or set JWT_SECRET. People sign in again then`,
    )
  return { key, warning: warningOf(file) }
}

function read(file: string): string | undefined {
  try {
    return readSmallText(file, MAX_SECRET_BYTES)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new Error(`${file}, the signing key of access tokens, cannot be used: ${code ?? message}`, {
      cause: error,
    })
  }
}

function make(file: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  makeFolder(dirname(file))
  // Synced before it is linked: a power cut must not leave an empty file, which no later start would replace.
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file) // atomic, and never overwrites an existing key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  syncNames(dirname(file))
  return readSmallText(file, MAX_SECRET_BYTES)
}

function warningOf(file: string): string | undefined {
  if (process.platform === 'win32') return undefined // the mode does not reflect access there
  const mode = statSync(file).mode & 0o777
  if ((mode & OTHERS) === 0) return undefined
  const octal = mode.toString(8).padStart(4, '0')
  return `${file} signs access tokens and can be read by other users (mode ${octal}): run chmod 600 on it`
}

/** Returns the secrets that sign access tokens: the first signs, all verify. */
export function signingSecrets({
  jwtSecret,
  retiredJwtSecrets,
  databaseUrl,
}: Pick<Config, 'jwtSecret' | 'retiredJwtSecrets' | 'databaseUrl'>): [string, ...string[]] {
  return [jwtSecret ?? loadSigningKey(dataFolder(databaseUrl)).key, ...retiredJwtSecrets]
}
