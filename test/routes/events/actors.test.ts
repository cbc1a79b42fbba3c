import t from 'tap'
import type { App } from '../../../src/app.js'
import type { AnyEvent } from '../../../src/contract/events.js'
import { build, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { listen, open, relayed, token } from '../../helpers/sockets.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Sends a request, and returns its events. */
async function eventsOf(
  app: App,
  headers: object,
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
) {
  const before = await app.eventLog.head()
  const answer = await app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) })
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`)
  const events = await app.eventLog.read(before, 100)
  return { body: answer.body ? answer.json() : undefined, events }
}

t.test('each event names the author of the change and its request', async (t) => {
  const app = await build(t)
  const [ada, admin] = [await signIn(app), await signIn(app, 'admin')]
  const productId = await addProduct(app, { stock: 12 })
  const placed = await eventsOf(app, ada.headers, 'POST', '/orders', { productId, quantity: 3 })
  const adasActor = { type: 'user', id: ada.id }
  t.equal(placed.events.length, 3)
  for (const event of placed.events) t.match(event, { actor: adasActor, requestId: UUID })
  t.equal(new Set(placed.events.map(({ requestId }) => requestId)).size, 1, 'one request')

  const { key, id: keyId } = await app.apiKeys.create(
    { name: 'Scanner', scopes: ['products:write', 'orders:write', 'users:write'] },
    admin.id,
  )
  const program = { authorization: `Bearer ${key}` }
  const keyActor = { type: 'key', id: keyId }
  const { id: orderId } = placed.body
  const requests = new Set(placed.events.map(({ requestId }) => requestId))
  for (const [headers, actor, method, url, payload] of [
    [program, keyActor, 'POST', `/products/${productId}/stock-adjustments`, { delta: 1 }],
    [program, keyActor, 'PATCH', `/products/${productId}`, { price: 2, stock: 5 }],
    [program, keyActor, 'PATCH', `/orders/${orderId}`, { status: 'confirmed' }],
    [admin.headers, { type: 'user', id: admin.id }, 'POST', `/orders/${orderId}/cancel`],
    [program, keyActor, 'PATCH', `/users/${ada.id}`, { role: 'staff' }],
    [admin.headers, { type: 'user', id: admin.id }, 'POST', '/products', { name: 'Mug', price: 1, stock: 1 }],
    [program, keyActor, 'DELETE', `/products/${productId}`],
  ] as const) {
    const { events } = await eventsOf(app, headers, method, url, payload)
    t.ok(events.length > 0, `${method} ${url}`)
    for (const event of events) {
      t.match(event, { actor, requestId: UUID }, `${method} ${url}`)
      t.notOk(requests.has(event.requestId))
    }
    requests.add(events[0]?.requestId)
  }
  const adjustments = await app.db.read.stockAdjustment.findMany({ where: { productId, keyId } })
  t.equal(adjustments.length, 2, 'the books name the key too')
})

t.test(
  'GET /events and the sockets of admins show the same; the public does not learn who bought',
  async (t) => {
    const app = await build(t)
    const url = await listen(app)
    const [ada, admin] = [await signIn(app), await signIn(app, 'admin')]
    const clients = {
      admin: open(t, `${url}/admin`, { token: token(admin) }),
      own: open(t, url, { token: token(ada) }),
      public: open(t, `${url}/inventory`, {}),
    }
    for (const client of Object.values(clients)) await client.ready()
    const epoch = app.eventLog.epoch()
    const productId = await addProduct(app, { stock: 100 })
    await eventsOf(app, ada.headers, 'POST', '/orders', { productId, quantity: 1 })
    await relayed(app)
    const head = await app.eventLog.head()
    const { items } = (await app.inject({ url: '/events', headers: admin.headers })).json()
    for (const client of Object.values(clients)) await client.until(() => client.events.length > 0)
    await clients.admin.until(() => clients.admin.events.length === head)
    t.same(clients.admin.events, items)
    const [order] = clients.own.events as AnyEvent[]
    t.match(order, { type: 'order:created', actor: { type: 'user', id: ada.id }, requestId: UUID })

    const later = open(t, `${url}/inventory`, { offset: 0, epoch })
    await later.ready()
    // As read from the log, after a restart.
    const pages = await app.eventLog.readTexts(0, head)
    t.match(JSON.parse(pages[0]?.text ?? ''), { actor: { type: 'user', id: ada.id }, requestId: UUID })
    for (const event of [...clients.public.events, ...later.events]) {
      t.match(event, { type: 'stock:changed', data: { productId, stock: 99 } })
      t.same(Object.keys(event).sort(), ['createdAt', 'data', 'offset', 'type'])
    }
  },
)

t.test('an event of an earlier version has the system as its actor, and no request', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  await app.db.write(async (tx) => {
    await tx.event.create({
      data: { offset: 1, type: 'stock:changed', data: '{"productId":"p","stock":1}', createdAt: new Date(0) },
    })
    await tx.eventCounter.update({ where: { id: 1 }, data: { lastOffset: 1 } })
  })
  const expected = {
    offset: 1,
    type: 'stock:changed',
    createdAt: '1970-01-01T00:00:00.000Z',
    actor: { type: 'system', id: null },
    data: { productId: 'p', stock: 1 },
  }
  t.same((await app.inject({ url: '/events', headers })).json().items, [expected])
  const [text] = await app.eventLog.readTexts(0, 1)
  t.same(JSON.parse(text?.text ?? ''), expected)
})
