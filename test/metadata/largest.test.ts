import t from 'tap'
import { noRateLimits } from '../helpers/app.js'
import { metadataOfBytes } from '../helpers/metadata.js'
import { shop } from '../helpers/shop.js'

// Quotes double in each JSON that holds the text of another, as the statements of a server do.
const LARGEST = metadataOfBytes(4_096, '"')

t.test('a hundred orders with the most metadata are placed, changed and retried', async (t) => {
  const { app, call, add } = await shop(t, noRateLimits)
  const products = await Promise.all(Array.from({ length: 100 }, (_, i) => add({ name: `Lamp ${i}` })))
  const items = products.map(({ id: productId }) => ({ productId, quantity: 1 }))
  const placed = await call('POST', '/checkouts', { items, metadata: LARGEST })
  t.equal(placed.statusCode, 201)
  const { id, orders } = placed.json()
  t.equal(orders.length, 100)
  const keyed = { 'idempotency-key': '"largest"' }
  const confirm = () => call('PATCH', `/checkouts/${id}`, { status: 'confirmed' }, keyed)
  const [first, again] = [await confirm(), await confirm()]
  t.equal(first.statusCode, 200)
  t.equal(again.headers['idempotent-replayed'], 'true')
  t.equal(again.body, first.body)

  const ids = orders.map((order: { id: string }) => order.id)
  const ship = await call(
    'POST',
    '/orders/status',
    { ids, status: 'shipped' },
    { 'idempotency-key': '"ship"' },
  )
  t.same([...new Set(ship.json().items.map(({ status }: { status: number }) => status))], [200])
  const list = (await call('GET', '/orders?limit=100')).json().items
  for (const { metadata } of list) t.same(metadata, LARGEST)
  const rows = await app.db.read.order.findMany({ select: { metadata: true } })
  t.same(
    [...new Set(rows.map(({ metadata }) => metadata))],
    [JSON.stringify(LARGEST)],
    'its text is as it was sent',
  )
})

t.test('many orders at once, each with the most metadata, share a commit', async (t) => {
  const { call, add } = await shop(t, noRateLimits)
  const { id: productId } = await add({ stock: 1_000 })
  const small = metadataOfBytes(4_000, '"')
  const placed = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      call('POST', '/orders', { productId, quantity: 1, ...(i % 3 > 0 && { metadata: { ...small, i } }) }),
    ),
  )
  for (const [i, answer] of placed.entries()) {
    t.equal(answer.statusCode, 201)
    t.same(answer.json().metadata, i % 3 > 0 ? { ...small, i } : null)
  }
})
