import type { FastifyReply, FastifyRequest } from 'fastify'
import { accessTokenSeconds } from '../../accounts/access-tokens/lifetimes.js'
import type { ClientInfo, SignedIn } from '../../accounts/sessions/session.js'
import { limitKey } from '../../http/client-address.js'
import { clientLeft } from '../../http/client-left.js'

/** Where `request` came from. */
export const clientOf = (request: FastifyRequest): ClientInfo => ({
  ip: request.ip,
  userAgent: request.headers['user-agent'],
  key: limitKey(request.ip),
  requestId: request.id,
  device: request.server.auth.cookies.read('device', request.headers),
})

/** The origin of `reply`'s request, for work not begun once the client has left. */
export const waitingClientOf = (reply: FastifyReply): ClientInfo => ({
  ...clientOf(reply.request),
  signal: clientLeft(reply),
})

/** How a client keeps its tokens: a browser in cookies, a program in its own store. */
export type TokenPlace = 'cookie' | 'body'

/**
 * Signs an access token and gives the body of the answer to a sign-in and a refresh.
 * @param place where the refresh token goes: into cookies, both of which are set, or into the body alone
 */
export function answerSignedIn(reply: FastifyReply, signedIn: SignedIn, place: TokenPlace = 'cookie') {
  const { tokens, cookies } = reply.server.auth
  const { user, sessionId, refreshToken, expiresAt } = signedIn
  reply.server.users.lastSeen.note(user.id)
  const { id: sub, role, mfa, emailVerified } = user
  const expiresIn = accessTokenSeconds(expiresAt)
  const accessToken = tokens.sign({ sub, role, mfa, emailVerified, sid: sessionId }, expiresIn)
  const answer = { user, accessToken, expiresIn }
  if (place === 'body') return { ...answer, refreshToken }
  cookies.set(reply, { accessToken, expiresIn, refreshToken, expiresAt })
  return answer
}
