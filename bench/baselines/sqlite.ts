/**
 * Hand-written Fastify and better-sqlite3: no ORM, no batching, one transaction per order. It writes the same rows to
 * the same schema, event log included, and publishes nothing.
 */
import jwt from '@fastify/jwt'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import Fastify from 'fastify'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { optionsOf, ready } from '../child.js'
import { openByHand } from './place-by-hand.js'

const { databaseUrl, secret } = optionsOf<{ databaseUrl: string; secret: string }>()
const { place, close } = openByHand(databaseFile(databaseUrl))

const NewOrder = Type.Object({
  productId: Type.String(),
  quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
})
const Order = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  productId: Type.String(),
  quantity: Type.Integer(),
  unitPrice: Type.Number(),
  totalPrice: Type.Number(),
  status: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
})

const app = Fastify().withTypeProvider<TypeBoxTypeProvider>()
await app.register(jwt, { secret, verify: { algorithms: ['HS256'], cache: true } })

app.post(
  '/orders',
  {
    onRequest: (request) => request.jwtVerify(),
    schema: { body: NewOrder, response: { 201: Order, 409: Type.Object({ message: Type.String() }) } },
  },
  async (request, reply) => {
    const order = place({ userId: request.user.sub, ...request.body })
    if (!order) return reply.code(409).send({ message: 'there is not enough' })
    return reply.code(201).header('location', `/orders/${order.id}`).send(order)
  },
)

const address = await app.listen({ port: 0, host: '127.0.0.1' })
ready({ address }, {}, async () => {
  await app.close()
  close()
})
