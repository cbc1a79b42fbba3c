/**
 * A hand-written batch of one, behind the program's own hooks and schemas: one order per transaction, with no queue
 * to wait in. One variant uses the program's interactive transaction and statements without its queue, the other
 * better-sqlite3.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isServer } from '../../src/db/open.js'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { parseIdempotencyKey } from '../../src/http/idempotency-key.js'
import { refusals } from '../../src/http/refusals.js'
import { createPlaceOrders } from '../../src/orders/place-orders.js'
import { RowLocked } from '../../src/orders/row-locked.js'
import { NewOrder, NewOrderHeaders, PlacedOrder } from '../../src/routes/orders/schema.js'
import { openByHand } from './place-by-hand.js'

const lone: FastifyPluginAsyncTypebox<{ databaseUrl: string }> = async (app, { databaseUrl }) => {
  app.addHook('onRoute', app.auth.require('orders:place'))
  const schema = {
    hide: true,
    headers: NewOrderHeaders,
    body: NewOrder,
    response: { 201: PlacedOrder, ...refusals('notFound', 'insufficientStock', 'overloaded') },
  }

  const placeBatch = createPlaceOrders({ db: app.db, eventLog: app.eventLog, lowStockThreshold: 10 })
  app.post('/one-by-one/orders', { schema }, async (request, reply) => {
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key'])
    const wanted = { userId: request.user.sub, ...request.body, idempotencyKey, inDoubt: false }
    const [outcome] = await placeBatch([wanted], { lane: 'main', waitFor: new Set([wanted.productId]) })
    if (!outcome?.ok) throw outcome?.reason
    if (outcome.value instanceof RowLocked) throw new Error('another transaction holds the product')
    const { order } = outcome.value
    reply.code(201).header('location', `/orders/${order.id}`)
    return order
  })

  if (isServer(databaseUrl)) return
  const { place, close } = openByHand(databaseFile(databaseUrl))
  app.addHook('onClose', async () => close())
  app.post('/by-hand/orders', { schema }, async (request, reply) => {
    parseIdempotencyKey(request.headers['idempotency-key'])
    const order = place({ userId: request.user.sub, ...request.body })
    if (!order) throw new Error('there is not enough')
    reply.code(201).header('location', `/orders/${order.id}`)
    return order
  })
}

export default lone
