import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const KEY_ID_BYTES = 8
/** The length recommended by NIST SP 800-38D, 5.2.1.1. Random nonces are safe for 2^32 texts of one key (8.3). */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** An encrypted text, and the id of its key. */
export interface Sealed {
  keyId: string
  /** Nonce, ciphertext and tag in base64url. */
  text: string
}

/** A text was encrypted with a key unknown to this process. */
export class UnknownKey extends Error {
  override name = 'UnknownKey'
}

export interface SecretBoxOptions {
  /** Secrets from which keys are derived, at least one: the first encrypts, all decrypt. */
  secrets: readonly string[]
  /** Distinguishes keys of different uses derived from the same secret. */
  purpose: string
}

export type SecretBox = ReturnType<typeof createSecretBox>

/**
 * Encrypts short texts for storage: AES-256-GCM with keys derived from `secrets` by HKDF-SHA-256 (RFC 5869). A text is
 * bound to its owner, so it decrypts in no other row.
 */
export function createSecretBox({ secrets, purpose }: SecretBoxOptions) {
  const derive = (secret: string, part: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `stockroom: ${purpose}: ${part}`, length))
  const keys = new Map(
    secrets.map((secret) => [
      derive(secret, 'id', KEY_ID_BYTES).toString('hex'),
      derive(secret, 'key', KEY_BYTES),
    ]),
  )
  const tagKeys = secrets.map((secret) => derive(secret, 'tag', KEY_BYTES))
  const [current] = keys
  const [currentTagKey] = tagKeys
  if (!current || !currentTagKey) throw new RangeError('at least one secret is required')
  const [currentId, currentKey] = current
  const tagBy = (key: Buffer, text: string, owner: string) =>
    createHmac('sha256', key).update(`${owner} ${text}`).digest('hex')

  return {
    /** The ids of all keys. */
    keyIds: [...keys.keys()],

    /** Whether `keyId` is the encrypting key. */
    isCurrent: (keyId: string): boolean => keyId === currentId,

    /**
     * Returns the HMAC-SHA-256 of `text` for the row of `owner`. Unlike a plain hash, it cannot be searched for what was in
     * the text, as for a password, by those who have the database alone.
     */
    tag: (text: string, owner: string): string => tagBy(currentTagKey, text, owner),

    /** Whether `tag` is that of `text`, by any of the secrets. */
    isTag: (tag: string, text: string, owner: string): boolean =>
      tagKeys.some((key) => tagBy(key, text, owner) === tag),

    /** Encrypts `text` for the row of `owner`. */
    seal(text: string, owner: string): Sealed {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, currentKey, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(owner))
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return { keyId: currentId, text: Buffer.concat(parts).toString('base64url') }
    },

    /**
     * Decrypts a text of the row of `owner`.
     * @throws UnknownKey; Error if the text was changed, or is of another owner
     */
    open({ keyId, text }: Sealed, owner: string): string {
      const key = keys.get(keyId)
      if (!key) throw new UnknownKey(`the secret was encrypted with the key ${keyId}, which is not set`)
      const bytes = Buffer.from(text, 'base64url')
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(owner))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
      return Buffer.concat([plain, decipher.final()]).toString('utf8')
    },
  }
}
