import { Secret, TOTP } from 'otpauth'

/** 160 bits (RFC 4226, 4). */
const SECRET_BYTES = 20
const PERIOD_SECONDS = 30
/** Steps by which the clocks of app and server may differ (RFC 6238, 5.2). */
const DRIFT_STEPS = 1
/** The only parameters supported by every authenticator app. */
const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS }

/** Whether `code`, without blanks, has the form of a code. */
export const isTotpForm = (code: string): boolean => /^\d{6}$/.test(code)

/** Generates a secret, in base32. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32

/** Returns the otpauth URI from which authenticator apps read a secret, as text or as a QR code. */
export const totpUri = (secret: string, issuer: string, label: string): string =>
  new TOTP({ ...PARAMETERS, issuer, label, secret: Secret.fromBase32(secret) }).toString()

/**
 * Verifies a code of a secret (RFC 6238) in constant time, with one step of drift.
 * @param secret in base32
 * @param at milliseconds since 1970
 * @returns the time step of the code, in periods since 1970; undefined if it is wrong
 */
export function stepOfCode(secret: string, code: string, at: number): number | undefined {
  const totp = new TOTP({ ...PARAMETERS, secret: Secret.fromBase32(secret) })
  const drift = totp.validate({ token: code, timestamp: at, window: DRIFT_STEPS })
  return drift === null ? undefined : Math.floor(at / 1000 / PERIOD_SECONDS) + drift
}
