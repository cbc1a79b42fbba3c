import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClientInfo, SignedIn } from '../../accounts/session.js'
import { ACCESS_TOKEN_SECONDS } from '../../accounts/token-life.js'
import { setTokenCookies } from './cookies.js'

/** Where `request` came from. */
export const clientOf = (request: FastifyRequest): ClientInfo => ({
  ip: request.ip,
  userAgent: request.headers['user-agent'],
})

/** Signs an access token, sets both cookies, and gives the body that a sign-in and a refresh answer with. */
export function answerSignedIn(reply: FastifyReply, { user, sessionId, ...session }: SignedIn) {
  const { signAccessToken, config } = reply.server
  const accessToken = signAccessToken({ sub: user.id, role: user.role, sid: sessionId })
  setTokenCookies(reply, { accessToken, ...session }, config.production)
  return { user, accessToken, expiresIn: ACCESS_TOKEN_SECONDS }
}
