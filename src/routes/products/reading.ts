import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { invalidRequest } from '../../errors.js'
import { callerOf } from '../../http/caller.js'
import { alreadyHeld, etagOf } from '../../http/etag.js'
import { linkNext } from '../../http/next-page.js'
import { refusals } from '../../http/refusals.js'
import { priceBound } from './price-bound.js'
import { ProductPage, ProductParams, productQuery, productResponse, ReadConditions } from './schema.js'

// Fastify leaves it to other serialisers.
const JSON_TYPE = 'application/json; charset=utf-8'

/** The public part of the catalogue. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  const { money } = app.db
  // The same for everybody: caches may keep it, and ask each time whether it still holds.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-cache')
    done()
  })

  app.get(
    '',
    {
      schema: {
        operationId: 'listProducts',
        tags: ['products'],
        summary: 'Products for sale',
        description:
          'Search, filter and sort products. Page with `cursor`, which neither skips nor repeats products while others come and go, or with `page`, which also counts and reaches the first 10,000 products. If a search matches few of very many products, a response may contain fewer than `limit`, even none, with a `nextCursor` from which the search continues.',
        security: [],
        querystring: productQuery(money),
        response: { 200: ProductPage, ...refusals('invalidRequest', 'rateLimited', 'overloaded') },
      },
    },
    async (request, reply) => {
      const { sku, q, minPrice, maxPrice, inStock, sort, limit, cursor, page } = request.query
      if (cursor !== undefined && page !== undefined)
        throw invalidRequest([
          { path: 'cursor', message: 'cannot go with page' },
          { path: 'page', message: 'cannot go with cursor' },
        ])
      // Name by name: spreading an object without a prototype is slow, and this is the most frequent request.
      const prices = { minPrice: priceBound(money, minPrice), maxPrice: priceBound(money, maxPrice) }
      const { list, json } = await app.catalog.list(
        { sku, q, ...prices, inStock, sort, limit, cursor, page },
        callerOf(request),
      )
      linkNext(reply, list.nextCursor)
      reply.type(JSON_TYPE).serializer(() => json)
      return list
    },
  )

  app.get(
    '/:id',
    {
      schema: {
        operationId: 'getProduct',
        tags: ['products'],
        summary: 'One product',
        security: [],
        params: ProductParams,
        headers: ReadConditions,
        response: {
          200: productResponse('The product'),
          304: Type.Null({ description: 'The client has the current version' }),
          ...refusals('notFound', 'rateLimited'),
        },
      },
    },
    async (request, reply) => {
      const { product, version, json } = await app.catalog.get(request.params.id)
      const etag = etagOf(app.eventLog.epochTag(), version)
      reply.header('etag', etag)
      if (alreadyHeld(request.headers['if-none-match'], etag)) return reply.code(304).send(null)
      reply.type(JSON_TYPE).serializer(() => json)
      return product
    },
  )
}

export default reading
