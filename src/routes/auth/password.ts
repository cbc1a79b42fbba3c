import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { NewPassword, NoContent } from './schema.js'

/** The route to change the caller's password. */
const password: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.post(
    '/password',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'changePassword',
        tags: ['auth'],
        summary: "Change the caller's password",
        description:
          'Ends every other session of the caller. A wrong current password counts as a failed sign-in: five in a ' +
          'row lock the account for 10 minutes.',
        body: NewPassword,
        response: {
          204: NoContent,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'crossSite',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { sub: userId, sid: sessionId } = request.user
      const change = { userId, sessionId, ...request.body }
      return app.once(
        reply,
        async (remember) => {
          await app.accounts.changePassword(change, waitingClientOf(reply), remember)
          app.securityLog.tell('authn_password_change', {}, request)
        },
        () => ({ status: 204, body: null }),
      )
    },
  )
}

export default password
