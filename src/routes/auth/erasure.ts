import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { CLEAR_SITE_DATA } from './logout.js'
import { NoContent, OwnPassword } from './schema.js'

/** The route to erase the caller. */
const erasure: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.delete(
    '/me',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'eraseMe',
        tags: ['auth'],
        summary: 'Erase the account of the caller',
        description:
          'Name and email address are replaced; the password, sessions, API keys, second factors and mails are gone, and ' +
          'sockets end. Orders stay, of `Deleted user`. A wrong password counts as a failed sign-in. This cannot be undone.',
        body: OwnPassword,
        response: {
          204: NoContent,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'crossSite',
            'lastAdmin',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      await app.accounts.eraseOwn(request.user.sub, request.body.password, waitingClientOf(reply))
      await app.apiKeys.refresh()
      app.securityLog.tell('user_deleted', {}, request)
      if (request.headers.authorization === undefined) {
        app.auth.cookies.clear(reply)
        reply.header('clear-site-data', CLEAR_SITE_DATA)
      }
      return reply.code(204).send(null)
    },
  )
}

export default erasure
