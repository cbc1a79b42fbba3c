import { createVerifier } from 'fast-jwt'
import { Problem, problems, sessionEnded } from '../../errors.js'
import { ACCESS_TOKEN_TYPE, accessClaims, type Identity, type VerifiedIdentity } from './claims.js'
import { verifyWithAnyKey } from './key-rotation.js'
import { ACCESS_TOKEN_SECONDS } from './lifetimes.js'
import { cacheVerified } from './verified-cache.js'

const ISSUER = 'stockroom'
const MAX_CACHED_TOKENS = 10_000

/** Options for signing an access token: HS256, with the header type of RFC 9068, 2.1. */
export const signOptions = {
  algorithm: 'HS256' as const,
  iss: ISSUER,
  aud: ISSUER,
  expiresIn: ACCESS_TOKEN_SECONDS,
  header: { alg: 'HS256', typ: ACCESS_TOKEN_TYPE },
}

/** Options for verifying an access token. fast-jwt accepts an absent issuer or audience, so both are required. */
export const verifyOptions = {
  algorithms: ['HS256' as const],
  allowedIss: ISSUER,
  allowedAud: ISSUER,
  requiredClaims: ['iss', 'aud', 'exp', 'sub', 'sid', 'role'],
}

/** Signs and verifies with the current signing key. */
export interface Jwt {
  sign(identity: Identity, options?: { expiresIn: number }): string
  verify(token: string): Record<string, unknown>
}

export interface AccessTokensOptions {
  jwt: Jwt
  /** Signing keys used before the current one; their tokens stay valid until they expire. */
  retiredKeys: string[]
  /** Whether the session with this id has ended. */
  hasEnded(sessionId: string): boolean
}

/** Signs access tokens, and verifies them against the current key, the retired keys and the revoked sessions. */
export class AccessTokens {
  readonly #verify: (token: string) => VerifiedIdentity
  readonly #options: AccessTokensOptions

  constructor(options: AccessTokensOptions) {
    const { jwt, retiredKeys } = options
    this.#options = options
    const verifyByKeys = verifyWithAnyKey<Record<string, unknown>>([
      (token) => jwt.verify(token),
      ...retiredKeys.map((key) => createVerifier({ ...verifyOptions, key })),
    ])
    // fast-jwt's own cache hashes each token on lookup, which took a fifteenth of a request.
    this.#verify = cacheVerified((token) => accessClaims(token, verifyByKeys(token)), MAX_CACHED_TOKENS)
  }

  /** @param seconds lifetime of the token, if it is shorter than usual */
  sign(identity: Identity, seconds = ACCESS_TOKEN_SECONDS): string {
    const { jwt } = this.#options
    // Options of its own take a new signer.
    return seconds < ACCESS_TOKEN_SECONDS ? jwt.sign(identity, { expiresIn: seconds }) : jwt.sign(identity)
  }

  /**
   * Returns the identity in `token`.
   * @throws Problem `unauthenticated` for an invalid or expired token, or one whose session has ended
   */
  verify(token: string): VerifiedIdentity {
    let identity: VerifiedIdentity
    try {
      identity = this.#verify(token)
    } catch (cause) {
      const detail = 'The access token is not valid or has expired.'
      throw new Problem(problems.unauthenticated, detail, { cause })
    }
    this.refuseIfEnded(identity)
    return identity
  }

  /** @throws Problem `unauthenticated` if the session of `identity` has ended */
  refuseIfEnded({ sid }: Identity): void {
    if (this.#options.hasEnded(sid)) throw sessionEnded()
  }
}
