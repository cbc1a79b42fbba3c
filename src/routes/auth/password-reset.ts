import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { Accepted, ForgottenPassword, NoContent, PasswordReset } from './schema.js'

/** The routes to replace a forgotten password, by a mailed link. */
const passwordReset: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/password/forgot',
    {
      schema: {
        operationId: 'forgotPassword',
        tags: ['auth'],
        summary: 'Request a link that sets a new password',
        description:
          'Answers the same in the same time, whether an account has the address or not. At most 3 mails an hour go to ' +
          'one address. A link is valid for 30 minutes, once, and until a newer one is sent.',
        security: [],
        body: ForgottenPassword,
        response: {
          202: Accepted,
          ...refusals('invalidRequest', ...unreadable, 'rateLimited', 'overloaded', 'mailUnavailable'),
        },
      },
    },
    async (request, reply) => {
      await app.mail.requestReset(request.body.email)
      return reply.code(202).send(undefined)
    },
  )

  app.post(
    '/password/reset',
    {
      schema: {
        operationId: 'resetPassword',
        tags: ['auth'],
        summary: 'Set a new password with a mailed token',
        description:
          'Ends every session of the user, and lifts a lock on guesses at the password. Sets the device cookie of a ' +
          'sign-in, so that strangers who lock the account again do not keep its owner out.',
        security: [],
        body: PasswordReset,
        response: {
          204: NoContent,
          ...refusals('invalidRequest', ...unreadable, 'invalidToken', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      const userId = await app.accounts.resetPassword(token, password, waitingClientOf(reply))
      app.securityLog.tell('authn_password_change', { userId, by: 'mail' }, request)
      // The mail's reader may try the new password, even if strangers lock the account again.
      app.auth.cookies.setDevice(reply, app.auth.devices.issue(userId))
      return reply.code(204).send(null)
    },
  )
}

export default passwordReset
