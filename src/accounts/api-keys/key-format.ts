import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** All API keys begin with this, so scanners for leaked secrets recognise them. */
export const KEY_START = 'sk_stockroom_'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 exceeds 2^256. */
const RANDOM_LENGTH = 43
/** 62^6 exceeds 2^32. */
const CHECKSUM_LENGTH = 6
const LENGTH = KEY_START.length + RANDOM_LENGTH + CHECKSUM_LENGTH
/** Characters of a key stored and shown; they leave over 230 random bits. */
const SHOWN_LENGTH = KEY_START.length + 4

/** Returns the CRC-32 of `text` in base 62, as in GitHub's tokens: a mistyped key can be told from an unknown one. */
function checksumOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}

/** Generates an API key of 256 random bits. */
export function newKey(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)))
  const text = KEY_START + random.join('')
  return text + checksumOf(text)
}

/** Whether `text` has the form of a key and a valid checksum. Others are refused without hashing them. */
export function isKeyForm(text: string): boolean {
  if (text.length !== LENGTH || !text.startsWith(KEY_START)) return false
  return text.slice(-CHECKSUM_LENGTH) === checksumOf(text.slice(0, -CHECKSUM_LENGTH))
}

/** Hashes a key for storage. One round of SHA-256 suffices: 256 random bits can't be brute-forced. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Returns the part of a key shown in lists. */
export const shownPart = (key: string): string => key.slice(0, SHOWN_LENGTH)
