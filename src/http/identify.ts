import type { FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/access/principal.js'
import type { AccessTokens } from '../accounts/access-tokens/jwt.js'
import { Problem, problems } from '../errors.js'
import type { Source } from './csrf.js'
import { isSafe } from './safe-methods.js'
import type { TokenCookies } from './token-cookies.js'

/** API keys begin with this, and access tokens do not. */
export const KEY_START = 'sk_'

/** Returns the token of an Authorization header with the scheme Bearer. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]

const FOREIGN = 'A change by cookie must come from the same or an allowed origin.'
const UNKNOWN =
  'A change by cookie must tell its origin: send an Origin header, as browsers do, or "Authorization: Bearer" and the access token instead.'

export interface IdentifyOptions {
  tokens: AccessTokens
  cookies: TokenCookies
  /** Returns where a request comes from, according to its browser. */
  sourceOf(request: FastifyRequest['raw']): Source
}

/** The identity of a request, by its Authorization header or else its cookie, with the CSRF check for cookies. */
export function createIdentify({ tokens, cookies, sourceOf }: IdentifyOptions) {
  /**
   * Refuses a request from a page of a foreign origin (CSRF). Accepts programs, which say nothing of their source: call it
   * where the cookie is SameSite=Strict, so no such page makes a browser send it.
   * @throws Problem `cross-site-request`
   */
  const refuseForeign = ({ raw }: FastifyRequest): void => {
    if (sourceOf(raw) === 'foreign') throw new Problem(problems.crossSite, FOREIGN)
  }

  /**
   * Refuses a change unless its source is known to be the server's own or an allowed origin (CSRF).
   * @throws Problem `cross-site-request`
   */
  const refuseUnlessOwn = ({ method, raw }: FastifyRequest): void => {
    const source = isSafe(method) ? 'own' : sourceOf(raw)
    if (source !== 'own') throw new Problem(problems.crossSite, source === 'foreign' ? FOREIGN : UNKNOWN)
  }

  /**
   * Returns the identity of `request`.
   * @param refuse checks the source of a change by cookie
   * @throws Problem `unauthenticated`, or `cross-site-request` for a change by cookie
   */
  const identify = (request: FastifyRequest, refuse = refuseUnlessOwn): Principal => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const token = bearerToken(authorization)
      if (!token)
        throw new Problem(
          problems.unauthenticated,
          'Send "Authorization: Bearer", and an access token or an API key.',
        )
      if (!token.startsWith(KEY_START)) return tokens.verify(token)
      if (!request.apiKey)
        throw new Problem(problems.unauthenticated, 'The API key is not valid or has expired.')
      return request.apiKey
    }
    const token = cookies.read('access', request.headers)
    if (!token)
      throw new Problem(
        problems.unauthenticated,
        'Send one access token: in the Authorization header, or as the cookie.',
      )
    const identity = tokens.verify(token)
    refuse(request)
    return identity
  }

  return { identify, refuseForeign }
}
