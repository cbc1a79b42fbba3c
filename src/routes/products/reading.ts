import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../db/admission.js'
import { invalidRequest } from '../../errors.js'
import { refusals } from '../../http/refusals.js'
import { toMinor } from '../../money.js'
import { alreadyHeld, etagOf } from './etag.js'
import { ProductPage, ProductParams, ProductQuery, productResponse, ReadConditions } from './schema.js'

/** Above every price there is, and small enough to be exact in minor units. */
const PRICE_BEYOND_ALL = 1_000_000_000

// Fastify leaves it to whoever serialises by other means.
const JSON_TYPE = 'application/json; charset=utf-8'

const bound = (price: number | undefined) =>
  price === undefined ? undefined : toMinor(Math.min(price, PRICE_BEYOND_ALL))

/** Whom an answer is for: an address, and nobody any more once it has closed the connection. */
const callerOf = (request: FastifyRequest): Caller => ({
  get client() {
    return request.ip
  },
  gone: () => request.raw.socket.destroyed,
})

/** What everybody may read of the catalogue. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
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
        querystring: ProductQuery,
        response: { 200: ProductPage, ...refusals('invalidRequest', 'rateLimited', 'overloaded') },
      },
    },
    async (request, reply) => {
      const { q, minPrice, maxPrice, inStock, sort, limit, cursor, page } = request.query
      if (cursor !== undefined && page !== undefined)
        throw invalidRequest([
          { path: 'cursor', message: 'cannot go with page' },
          { path: 'page', message: 'cannot go with cursor' },
        ])
      // Name by name: a spread of what has no prototype is slow, and this is asked for most.
      const prices = { minPrice: bound(minPrice), maxPrice: bound(maxPrice) }
      const { list, json } = await app.catalog.list(
        { q, ...prices, inStock, sort, limit, cursor, page },
        callerOf(request),
      )
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
