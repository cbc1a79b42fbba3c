import { isId } from '../ids.js'
import { type Role, roles } from './user.js'

/** Who a request speaks for. */
export interface Identity {
  /** The user's id. */
  sub: string
  role: Role
  /** The session's id. */
  sid: string
}

/** Who a good token speaks for, and until when, in seconds since 1970. */
export interface VerifiedIdentity extends Identity {
  exp: number
}

/** The type of the tokens that are signed here (RFC 9068, 2.1): one of another kind, by the same key, is not taken. */
export const ACCESS_TOKEN_TYPE = 'at+jwt'
/** Of tokens that earlier versions signed. Tokens of another kind must never have this type. */
const EARLIER_TYPE = 'JWT'

/** A token is signed by the right key and holds what no access token does. */
export class NoAccessToken extends Error {
  override name = 'NoAccessToken'
}

function typeOf(token: string): unknown {
  const [header = ''] = token.split('.', 1)
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { typ?: unknown }).typ
}

/**
 * What `claims`, those of the verified `token`, say, if they are those of an access token (RFC 8725, 3.11 and 3.12).
 * @throws NoAccessToken
 */
export function accessClaims(token: string, claims: Record<string, unknown>): VerifiedIdentity {
  const { sub, sid, role, exp } = claims
  const typ = typeOf(token)
  if (typ !== ACCESS_TOKEN_TYPE && typ !== EARLIER_TYPE) throw new NoAccessToken(`of type ${typ}`)
  const known = roles.find((each) => each === role)
  if (typeof sub !== 'string' || !isId(sub) || typeof sid !== 'string' || !isId(sid))
    throw new NoAccessToken('without the id of a user or of a session')
  if (!known) throw new NoAccessToken('without a role')
  if (!Number.isInteger(exp)) throw new NoAccessToken('without an end')
  return { sub, sid, role: known, exp: exp as number }
}
