/**
 * Fastify as it comes, in a process of its own: no plugin beyond @fastify/jwt (with its cache of verified tokens), and
 * constant objects with the schemas of the real responses.
 */
import jwt from '@fastify/jwt'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import Fastify from 'fastify'
import { completed } from '../../src/catalog/product.js'
import { METADATA_KEYWORD } from '../../src/http/schema.js'
import { newId } from '../../src/ids.js'
import { NewOrder, PlacedOrder } from '../../src/routes/orders/schema.js'
import { Product, ProductPage } from '../../src/routes/products/schema.js'
import { optionsOf, ready } from '../child.js'
import { processorTime } from '../processor-time.js'

const { secret } = optionsOf<{ secret: string }>()
// The keyword is the program's own, and says nothing about requests without metadata.
const ajv = { customOptions: { keywords: [METADATA_KEYWORD] } }
const app = Fastify({ logger: false, ajv }).withTypeProvider<TypeBoxTypeProvider>()
await app.register(jwt, { secret, verify: { cache: true } })

const time = new Date().toISOString()
const product = {
  id: newId(),
  ...completed({ name: 'Walnut desk lamp, number 500', price: 19.99, stock: 1_000_000_000 }),
  createdAt: time,
  updatedAt: time,
}
const page = {
  items: Array(20).fill(product),
  nextCursor: Buffer.from(JSON.stringify(['-createdAt', product.id])).toString('base64url'),
}
const order = {
  id: newId(),
  userId: newId(),
  checkoutId: null,
  productId: product.id,
  productName: product.name,
  quantity: 1,
  unitPrice: 19.99,
  totalPrice: 19.99,
  status: 'pending' as const,
  note: null,
  metadata: null,
  expiresAt: null,
  createdAt: time,
  updatedAt: time,
}

app.get(
  '/health/live',
  { schema: { response: { 200: Type.Object({ status: Type.Literal('ok') }) } } },
  async () => ({ status: 'ok' as const }),
)
app.get('/products/:id', { schema: { response: { 200: Product } } }, async () => product)
app.get('/products', { schema: { response: { 200: ProductPage } } }, async () => page)
app.post(
  '/orders',
  {
    onRequest: (request) => request.jwtVerify(),
    schema: { body: NewOrder, response: { 201: PlacedOrder } },
  },
  async (_request, reply) => {
    reply.code(201)
    return order
  },
)

const address = await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
ready({ address }, { processorTime }, () => app.close())
