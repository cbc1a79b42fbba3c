/**
 * The ceiling: constant responses behind the program's own hooks, authentication, validation and schemas. The reads
 * return prebuilt texts of the same size as the real responses: no product read can be faster.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { completed } from '../../src/catalog/product.js'
import { parseIdempotencyKey } from '../../src/http/idempotency-key.js'
import { refusals } from '../../src/http/refusals.js'
import { newId } from '../../src/ids.js'
import { NewOrder, NewOrderHeaders, PlacedOrder } from '../../src/routes/orders/schema.js'
import { ProductParams, productQuery, ReadConditions } from '../../src/routes/products/schema.js'

const orders: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:place'))
  const id = newId()
  const time = new Date().toISOString()
  const schema = {
    hide: true,
    headers: NewOrderHeaders,
    body: NewOrder,
    response: { 201: PlacedOrder, ...refusals('notFound', 'insufficientStock', 'overloaded') },
  }
  app.post('/ceiling/orders', { schema }, async (request, reply) => {
    const { productId, quantity } = request.body
    parseIdempotencyKey(request.headers['idempotency-key'])
    reply.code(201).header('location', `/orders/${id}`)
    // A literal: spreads took four microseconds.
    return {
      id,
      checkoutId: null,
      userId: request.user.sub,
      productId,
      productName: 'Walnut desk lamp, number 500',
      quantity,
      unitPrice: 19.99,
      totalPrice: 19.99,
      status: 'pending' as const,
      note: null,
      metadata: null,
      expiresAt: null,
      createdAt: time,
      updatedAt: time,
    }
  })
}

const reads: FastifyPluginAsyncTypebox = async (app) => {
  const time = new Date().toISOString()
  const product = {
    id: newId(),
    ...completed({ name: 'Walnut desk lamp, number 500', price: 19.99, stock: 1_000_000_000 }),
    createdAt: time,
    updatedAt: time,
  }
  const one = JSON.stringify(product)
  const cursor = Buffer.from(JSON.stringify(['-createdAt', product.id])).toString('base64url')
  const twenty = JSON.stringify({ items: Array(20).fill(product), nextCursor: cursor })
  const json = 'application/json; charset=utf-8'
  // A string is sent unchanged.
  const response = { 200: Type.String() }

  app.get(
    '/ceiling/products/:id',
    { schema: { hide: true, params: ProductParams, headers: ReadConditions, response } },
    async (_request, reply) => reply.header('etag', '"1"').type(json).serializer(String).send(one),
  )
  app.get(
    '/ceiling/products',
    { schema: { hide: true, querystring: productQuery(app.db.money), response } },
    async (_request, reply) => reply.type(json).serializer(String).send(twenty),
  )
}

const ceiling: FastifyPluginAsyncTypebox = async (app) => {
  app.register(orders)
  app.register(reads)
}

export default ceiling
