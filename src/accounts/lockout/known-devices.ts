import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Lifetime of a device token, in seconds: a year. */
export const DEVICE_SECONDS = 365 * 24 * 60 * 60

const NONCE_BYTES = 16
const KEY_BYTES = 32
/** Separates the keys of device tokens from other keys derived from the same secret (RFC 5869, 3.2). */
const PURPOSE = 'stockroom: device tokens'

// 16 random bytes, the seconds since 1970 in base 36, and a MAC of 32 bytes.
const FORM = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{43})$/

export interface KnownDevicesOptions {
  /** The secret of new tokens, and earlier ones whose tokens are still accepted. */
  secrets: [string, ...string[]]
  /** Milliseconds since 1970. */
  now?: () => number
}

export type KnownDevices = ReturnType<typeof createKnownDevices>

/**
 * Issues and reads device tokens: proofs of a client's earlier sign-in to an account, which give no access. A client with
 * one has guesses of its own, so strangers locking the account don't lock it out
 * (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 * A token is a nonce, the time, and an HMAC-SHA-256 of both and of the user's id, so nothing is stored.
 */
export function createKnownDevices({ secrets, now = Date.now }: KnownDevicesOptions) {
  const [key, ...earlierKeys] = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES)),
  ) as [Buffer, ...Buffer[]]

  const macOf = (by: Buffer, userId: string, nonce: string, time: string) =>
    createHmac('sha256', by).update(`${userId}.${nonce}.${time}`).digest()

  return {
    /** Issues a token for a client just signed in as `userId`: each sign-in gives a new one. */
    issue(userId: string): string {
      const nonce = randomBytes(NONCE_BYTES).toString('base64url')
      const time = Math.floor(now() / 1000).toString(36)
      return `${nonce}.${time}.${macOf(key, userId, nonce, time).toString('base64url')}`
    },

    /**
     * Returns the id of the device of `token`.
     * @returns undefined for none, a forged or expired one, and one of another user
     */
    read(token: string | undefined, userId: string): string | undefined {
      const [, nonce = '', time = '', mac = ''] = FORM.exec(token ?? '') ?? []
      if (mac === '') return undefined
      const given = Buffer.from(mac, 'base64url')
      const isIssued = [key, ...earlierKeys].some((by) =>
        timingSafeEqual(given, macOf(by, userId, nonce, time)),
      )
      const ageSeconds = now() / 1000 - Number.parseInt(time, 36)
      return isIssued && ageSeconds <= DEVICE_SECONDS ? nonce : undefined
    },
  }
}
