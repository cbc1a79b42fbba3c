import t from 'tap'
import type { WebhookView } from '../../../src/contract/webhook.js'
import { build, noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { startReceiver } from '../../helpers/webhook-receiver.js'

const local = { ...noRateLimits, webhooks: { allowPrivate: true, httpsOnly: false } }

t.test('a webhook gets the events of its types from its offset on, signed and in order', async (t) => {
  const app = await build(t, local)
  const { headers } = await signIn(app, 'admin')
  const receiver = await startReceiver(t)
  await addProduct(app)
  const created = await app.inject({
    method: 'POST',
    url: '/webhooks',
    headers,
    payload: { url: receiver.url, types: ['product:created'], description: 'ERP' },
  })
  t.equal(created.statusCode, 201, created.body)
  const { id, secret, position } = created.json()
  t.equal(created.headers.location, `/webhooks/${id}`)
  t.match(secret, /^whsec_/)

  const name = 'Lamp'
  for (let i = 0; i < 5; i++)
    await app.inject({ method: 'POST', url: '/products', headers, payload: { name, price: 1, stock: 1 } })
  await receiver.until(5)
  receiver.verify(secret)
  const events = (await app.eventLog.read(position, 100)).filter(({ type }) => type === 'product:created')
  t.same(
    receiver.received.map(({ event }) => event),
    events,
    'the body is the event',
  )
  t.same(
    receiver.received.map(({ id: each }) => each),
    events.map(({ offset }) => `${app.eventLog.epoch()}:${offset}`),
  )
  t.equal(receiver.overlaps(), 0)

  const saved = async (): Promise<WebhookView> =>
    (await app.inject({ url: `/webhooks/${id}`, headers })).json()
  const last = events.at(-1)?.offset
  while ((await saved()).position !== last) await new Promise((resolve) => setTimeout(resolve, 50))
  t.notOk('secret' in (await saved()))
  const list = await app.inject({ url: `/webhooks/${id}/deliveries`, headers })
  t.match(
    list.json().items,
    events.toReversed().map(({ offset, type }) => ({ offset, type, status: 204 })),
  )
})
