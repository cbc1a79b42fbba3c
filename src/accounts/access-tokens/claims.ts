import { type Role, roles } from '../../contract/user.js'
import { isId } from '../../ids.js'

/** The authenticated principal of a request. */
export interface Identity {
  /** The user's id. */
  sub: string
  role: Role
  /** Whether the user has a second factor. */
  mfa?: boolean
  /** Whether the email address is verified. Absent in tokens of earlier versions, whose users all count as verified. */
  emailVerified?: boolean
  /** The session's id. */
  sid: string
}

/** The identity in a verified token. */
export interface VerifiedIdentity extends Identity {
  /** Expiry in seconds since 1970. */
  exp: number
}

/** Header type of an access token (RFC 9068, 2.1). Tokens of another type are rejected even if the same key signed them. */
export const ACCESS_TOKEN_TYPE = 'at+jwt'
/** Header type used by earlier versions. Never give it to tokens of another kind. */
const EARLIER_TYPE = 'JWT'

/** A correctly signed token whose header or claims are not those of an access token. */
export class NoAccessToken extends Error {
  override name = 'NoAccessToken'
}

function typeOf(token: string): unknown {
  const [header = ''] = token.split('.', 1)
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { typ?: unknown }).typ
}

/**
 * Validates the type and claims of a token whose signature was verified (RFC 8725, 3.11 and 3.12).
 * @throws NoAccessToken if they are not those of an access token
 */
export function accessClaims(token: string, claims: Record<string, unknown>): VerifiedIdentity {
  const { sub, sid, role, mfa, emailVerified, exp } = claims
  const typ = typeOf(token)
  if (typ !== ACCESS_TOKEN_TYPE && typ !== EARLIER_TYPE) throw new NoAccessToken(`unexpected type ${typ}`)
  const known = roles.find((each) => each === role)
  if (typeof sub !== 'string' || !isId(sub) || typeof sid !== 'string' || !isId(sid))
    throw new NoAccessToken('no valid user id or session id')
  if (!known) throw new NoAccessToken('no known role')
  if (!Number.isInteger(exp)) throw new NoAccessToken('no expiry')
  const isVerified = emailVerified !== false
  return { sub, sid, role: known, mfa: mfa === true, emailVerified: isVerified, exp: exp as number }
}
