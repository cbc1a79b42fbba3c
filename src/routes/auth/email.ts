import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { Accepted, EmailVerification, NoContent } from './schema.js'

/** The route that a mailed link leads to, in whichever browser. */
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
          'Access tokens know of it after the next refresh.',
        security: [],
        body: EmailVerification,
        response: {
          204: NoContent,
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
      const { userId, isNew } = await app.accounts.verifyEmail(request.body.token, request.id)
      app.securityLog.tell('user_updated', { userId, fields: isNew ? 'email' : 'emailVerified' }, request)
      return reply.code(204).send(null)
    },
  )
}

/** The route that mails the link again. */
const resending: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.post(
    '/email/verify/resend',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'resendVerification',
        tags: ['auth'],
        summary: 'Request the link that verifies the email address again',
        description:
          'Goes to the new address, if one waits to be verified. Without effect for a verified address, and beyond 3 ' +
          'mails an hour.',
        response: {
          202: Accepted,
          ...refusals(...unreadable, 'unauthenticated', 'crossSite'),
          ...refusals('rateLimited', 'overloaded', 'mailUnavailable'),
        },
      },
    },
    async (request, reply) => {
      await app.accounts.resendVerification(request.user.sub)
      return reply.code(202).send(undefined)
    },
  )
}

/** Verifying email addresses. */
const email: FastifyPluginAsyncTypebox = async (app) => {
  for (const scope of [verifying, resending]) await app.register(scope)
}

export default email
