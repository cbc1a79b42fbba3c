import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { linkNext } from '../../http/next-page.js'
import { refusals } from '../../http/refusals.js'
import { queryOf } from '../../http/schema.js'
import { DeletedProductPage } from './deleted-schema.js'

const DeletedQuery = queryOf({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
})

/** What can be restored. */
const deleted: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('products:write'))

  app.get(
    '/deleted',
    {
      schema: {
        operationId: 'listDeletedProducts',
        tags: ['products'],
        summary: 'Deleted products, the last first',
        description: 'Each can be put back on sale with `POST /products/{id}/restore`.',
        querystring: DeletedQuery,
        response: {
          200: DeletedProductPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async ({ query }, reply) => {
      const page = await app.catalog.listDeleted(query)
      linkNext(reply, page.nextCursor)
      return page
    },
  )
}

export default deleted
