import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { Accepted, EmailVerification, EmailVerified } from './schema.js'
import { sessionOf } from './signed-in-as.js'

/** The route behind a mailed link, in whichever browser. */
const verifying: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/email/verify',
    {
      schema: {
        operationId: 'verifyEmail',
        tags: ['auth'],
        summary: 'Verify an email address with a mailed token',
        description:
          'A new address replaces the present one. A token is valid for 24 hours, once, and until a newer one is sent. ' +
          'Access tokens know of it after the next refresh. The first proof of an address by somebody who is not signed in ' +
          'to the account removes its password and second factors and ends its sessions, since a stranger may have set ' +
          'them up. The answer then has `Password-Required: true`, and the same token sets a password at ' +
          '`POST /auth/password/reset`, once, within 30 minutes.',
        security: [{ refreshCookie: [] }, { bearer: [] }, { cookie: [] }, {}],
        body: EmailVerification,
        response: {
          204: EmailVerified,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'invalidToken',
            'emailTaken',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const signedInAs = (await sessionOf(request))?.userId
      const follower = { signedInAs, requestId: request.id }
      const { userId, isNew, needsPassword } = await app.accounts.verifyEmail(request.body.token, follower)
      const fields = [isNew ? 'email' : 'emailVerified', ...(needsPassword ? ['password'] : [])]
      app.securityLog.tell('user_updated', { userId, fields: fields.join(' ') }, request)
      if (needsPassword) reply.header('password-required', 'true')
      return reply.code(204).send(null)
    },
  )
}

/** The route to mail the link again. */
const resending: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.post(
    '/email/verify/resend',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'resendVerification',
        tags: ['auth'],
        summary: 'Request the link that verifies the email address again',
        description:
          'Goes to the new address, if one waits to be verified. Without effect for a verified address, and beyond 3 ' +
          'mails an hour.',
        response: {
          202: Accepted,
          ...refusals(
            ...unreadable,
            'unauthenticated',
            'crossSite',
            'rateLimited',
            'overloaded',
            'mailUnavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      await app.once(
        reply,
        (remember) => app.accounts.resendVerification(request.user.sub, remember),
        () => ({ status: 202, body: null }),
      )
      return reply.send(undefined)
    },
  )
}

/** Verifying email addresses. */
const email: FastifyPluginAsyncTypebox = async (app) => {
  for (const scope of [verifying, resending]) await app.register(scope)
}

export default email
