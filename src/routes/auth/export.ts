import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../../http/refusals.js'
import { Export } from './export-schema.js'

/** The route with everything kept of the caller. */
const exporting: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:use'))

  app.get(
    '/me/export',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'exportMe',
        tags: ['auth'],
        summary: 'All that is kept of the caller',
        description:
          'One JSON document: profile, sessions, passkeys, API keys without secrets, mails, changes of the account, and orders. It is streamed, and has ' +
          'a name for a file.',
        response: { 200: Export, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async (request, reply) => {
      const parts = await app.accounts.exportOwn(request.user.sub)
      app.securityLog.tell('sensitive_read', {}, request)
      reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', 'attachment; filename="account.json"')
      // The type of a response is the described document, and this is its text.
      return reply.send(Readable.from(parts) as never)
    },
  )
}

export default exporting
