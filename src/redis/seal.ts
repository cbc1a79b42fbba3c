import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const KEY_BYTES = 32
/** Characters of an HMAC-SHA-256 in base64url. */
const MAC_LENGTH = 43

export type Seal = ReturnType<typeof createSeal>

/**
 * Authenticates messages between processes with the same secrets (HMAC-SHA-256, with keys derived by HKDF), so that others
 * who can write to Redis cannot send them. The text stays readable.
 * @param secrets at least one: the first seals, all open
 */
export function createSeal(secrets: readonly string[]) {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'stockroom: node messages', KEY_BYTES)),
  )
  const [current] = keys
  if (!current) throw new RangeError('at least one secret is required')
  const macOf = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')

  return {
    /** Returns `text` with its seal. */
    seal: (text: string): string => macOf(current, text) + text,

    /** Returns the text of a sealed message; undefined if its seal is not one of these secrets. */
    open(sealed: string): string | undefined {
      const given = Buffer.from(sealed.slice(0, MAC_LENGTH))
      const text = sealed.slice(MAC_LENGTH)
      const isSealed = keys.some((key) => {
        const mac = Buffer.from(macOf(key, text))
        return mac.length === given.length && timingSafeEqual(mac, given)
      })
      return isSealed ? text : undefined
    },
  }
}
