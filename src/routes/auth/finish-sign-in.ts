import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignedIn } from '../../accounts/sessions/session.js'
import type { MfaMethod } from '../../contract/user.js'
import { answerSignedIn, type TokenPlace } from './answers.js'

/** Ends the session whose cookies the answer to `request` replaces: nobody could sign out of it any more. */
async function endReplaced(request: FastifyRequest): Promise<void> {
  const { auth, accounts, securityLog } = request.server
  const token = auth.cookies.read('refresh', request.headers)
  const ended = token && (await accounts.sessions.endByToken(token))
  if (ended) securityLog.tell('authn_token_revoked', { ...ended, reason: 'signed-in-again' }, request)
}

/**
 * Completes a sign-in, in one step or two, and gives the body of its answer. A browser becomes a known device of the account.
 * @param place where the refresh token goes
 * @param factor the second step, if there was one
 */
export async function finishSignIn(
  reply: FastifyReply,
  signedIn: SignedIn,
  place: TokenPlace = 'cookie',
  factor?: MfaMethod,
) {
  const { request, server: app } = reply
  if (place === 'cookie') {
    app.warnOfPlainHttp(request)
    await endReplaced(request)
  }
  const { user, sessionId } = signedIn
  const details = { userId: user.id, sessionId, role: user.role, factor }
  app.securityLog.tell('authn_login_success', details, request)
  const answer = answerSignedIn(reply, signedIn, place)
  if (place === 'cookie') app.auth.cookies.setDevice(reply, app.auth.devices.issue(user.id))
  return answer
}
