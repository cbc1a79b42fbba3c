import type { FastifyRequest } from 'fastify'
import { isKey } from '../../accounts/access/principal.js'
import type { Identity } from '../../accounts/access-tokens/claims.js'
import type { SessionOwner } from '../../accounts/sessions/session-rows.js'
import { Problem } from '../../errors.js'

/** Returns the identity in the access token of `request`; undefined without a valid one, and for a program. */
export function identityOf(request: FastifyRequest): Identity | undefined {
  const { auth } = request.server
  try {
    const principal = auth.identify(request, auth.refuseForeign)
    return isKey(principal) ? undefined : principal
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/**
 * Returns the live session of a caller of an open route: by the refresh token in its cookie, which outlives
 * access tokens, or else by the access token.
 */
export async function sessionOf(request: FastifyRequest): Promise<SessionOwner | undefined> {
  const { auth, accounts } = request.server
  const token = auth.cookies.read('refresh', request.headers)
  const owner = token && (await accounts.sessions.find(token))
  if (owner) return owner
  const identity = identityOf(request)
  return identity && { sessionId: identity.sid, userId: identity.sub }
}
