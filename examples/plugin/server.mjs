// A shop inside one's own application: `npm install fastify ./stockroom-*.tgz && node server.mjs`.
import Fastify from 'fastify'
import { stockroom } from 'stockroom'

const app = Fastify({ logger: true })

// Routes of one's own, and people whom one has signed in: here anybody who names themselves.
const people = new Map([
  ['ada', { email: 'ada@example.com', name: 'Ada Lovelace' }],
  ['grace', { email: 'grace@example.com', name: 'Grace Hopper', role: 'admin' }],
])
app.get('/', async () => ({ hello: 'A page of your own. The shop is at /shop/products.' }))

await app.register(stockroom, {
  prefix: '/shop',
  settings: { DATABASE_URL: process.env.SHOP_DATABASE ?? 'file:./data/shop.db', SHOP_NAME: 'Lamps' },
  authenticate: (request) => people.get(request.headers['x-user']),
  // A tenth off from three on; at most ten at once.
  beforeOrder({ quantity, product }) {
    if (quantity > 10) return { refuse: 'At most ten to a customer.', code: 'too-many' }
    return quantity >= 3 ? { price: product.price * 0.9 } : undefined
  },
  onEvents: (events) => app.log.info({ events: events.map(({ offset, type }) => `${offset} ${type}`) }),
})

await app.listen({ port: Number(process.env.PORT ?? 3000) })
