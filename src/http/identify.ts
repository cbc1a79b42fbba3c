import type { FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/access/principal.js'
import type { AccessTokens } from '../accounts/access-tokens/access-tokens.js'
import { Problem, problems } from '../errors.js'
import type { TokenCookies } from './token-cookies.js'

/** API keys begin with this, and access tokens do not. */
export const KEY_START = 'sk_'

/** Returns the token of an Authorization header with the scheme Bearer. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface IdentifyOptions {
  tokens: AccessTokens
  cookies: TokenCookies
  /** Whether a page of another site sent the request. */
  isCrossSite(request: FastifyRequest['raw']): boolean
}

/** The identity of a request, by its Authorization header or else its cookie, with the CSRF check that cookies need. */
export function createIdentify({ tokens, cookies, isCrossSite }: IdentifyOptions) {
  /**
   * Refuses a state-changing request that another site sent (CSRF).
   * @throws Problem `cross-site-request`
   */
  const refuseIfCrossSite = (request: FastifyRequest): void => {
    if (SAFE_METHODS.has(request.method) || !isCrossSite(request.raw)) return
    const detail = 'A change by cookie must come from the same or an allowed origin.'
    throw new Problem(problems.crossSite, detail)
  }

  /**
   * Returns the identity of `request`.
   * @throws Problem `unauthenticated`, or `cross-site-request` for a change by cookie
   */
  const identify = (request: FastifyRequest): Principal => {
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
    refuseIfCrossSite(request)
    return identity
  }

  return { identify, refuseIfCrossSite }
}
