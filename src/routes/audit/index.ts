import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listAudit } from '../../audit/list-audit.js'
import { onReplicas } from '../../db/db.js'
import { linkNext } from '../../http/next-page.js'
import { refusals } from '../../http/refusals.js'
import { AuditPage, AuditQuery } from './schema.js'

/** The audit trail: author, change and time. */
const audit: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('audit:read'))

  app.get(
    '',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['audit'],
        summary: 'Who changed what, newest first',
        description:
          'Changes of users, API keys, products and statuses of orders. Placing an order is in the log of events alone. ' +
          'Kept for `AUDIT_RETENTION` days.',
        querystring: AuditQuery,
        response: {
          200: AuditPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async ({ query }, reply) => {
      const page = await listAudit(onReplicas(app.db), query)
      linkNext(reply, page.nextCursor)
      return page
    },
  )
}

export default audit
