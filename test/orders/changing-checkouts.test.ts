import t from 'tap'
import type { CheckoutView } from '../../src/contract/checkout.js'
import { newId } from '../../src/ids.js'
import { signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { stockOf } from '../helpers/orders.js'
import { shop } from '../helpers/shop.js'

type Called = Awaited<ReturnType<Awaited<ReturnType<typeof shop>>['call']>>

t.test(
  'a checkout is read, moved and cancelled by its version, which that of each order changes',
  async (t) => {
    const { app, call } = await shop(t)
    const ann = await signIn(app)
    const lines = [await addProduct(app), await addProduct(app)].map((productId) => ({
      productId,
      quantity: 1,
    }))
    const { checkout } = await app.orders.checkout({ userId: ann.id, lines, idempotencyKey: null })
    const url = `/checkouts/${checkout.id}`
    const get = (headers: Record<string, string> = {}) =>
      call('GET', url, undefined, { ...ann.headers, ...headers })
    const etagOf = (answer: Called) => String(answer.headers.etag)
    const placed = etagOf(await get())
    t.match(await get({ 'if-none-match': placed }), { statusCode: 304, body: '', headers: { etag: placed } })
    const seen = new Set([placed])
    for (const { id } of checkout.orders) {
      await call('PATCH', `/orders/${id}`, { note: 'Ring twice' })
      seen.add(etagOf(await get({ 'if-none-match': placed })))
    }
    t.equal(seen.size, 3)
    const stale = { 'if-match': placed }
    for (const refused of [
      await call('PATCH', url, { status: 'confirmed' }, stale),
      await call('POST', `${url}/cancel`, undefined, { ...ann.headers, ...stale }),
    ])
      t.match(refused.json(), { status: 412, type: '/problems/precondition-failed' })
    const fresh = { 'if-match': etagOf(await get()) }
    const confirmed = await call('PATCH', url, { status: 'confirmed' }, fresh)
    t.match(confirmed.json().orders, [{ status: 'confirmed' }, { status: 'confirmed' }])
    t.equal(etagOf(confirmed), etagOf(await get()))
    t.equal((await call('POST', `${url}/cancel`, undefined, fresh)).statusCode, 412)
    const cancelled = await call('POST', `${url}/cancel`, undefined, {
      'if-match': `"x", ${etagOf(confirmed)}`,
    })
    t.match(cancelled.json().orders, [{ status: 'cancelled' }, { status: 'cancelled' }])
    t.same(
      (await call('POST', `${url}/cancel`, undefined, fresh)).json(),
      cancelled.json(),
      'it is done already',
    )
    t.same(await auditBooks(app.db), [])
  },
)

t.test('all orders of a checkout change at once, or none', async (t) => {
  const { app, call, admin } = await shop(t)
  const [ann, bob] = [await signIn(app), await signIn(app)]
  const productIds = [await addProduct(app), await addProduct(app), await addProduct(app)]
  const lines = productIds.map((productId, i) => ({ productId, quantity: i + 1 }))
  const place = async () =>
    (await app.orders.checkout({ userId: ann.id, lines, idempotencyKey: null, expiresIn: 60 })).checkout
  const cancel = (id: string, headers = admin) => call('POST', `/checkouts/${id}/cancel`, undefined, headers)
  const move = (id: string, status: string, headers = admin) =>
    call('PATCH', `/checkouts/${id}`, { status }, headers)
  const stocks = () => Promise.all(productIds.map((id) => stockOf(app, id)))
  const statuses = (answer: Called) => answer.json<CheckoutView>().orders.map(({ status }) => status)

  const basket = await place()
  t.ok(basket.expiresAt)
  t.same(await stocks(), [99, 98, 97])
  for (const refused of [
    await cancel(basket.id, bob.headers),
    await cancel(newId()),
    await cancel('nonsense'),
  ])
    t.equal(refused.statusCode, 404)
  t.equal((await move(basket.id, 'confirmed', ann.headers)).statusCode, 403)
  t.match((await move(basket.id, 'shipped')).json(), { status: 409, type: '/problems/invalid-transition' })
  const confirmed = await move(basket.id, 'confirmed')
  t.match(confirmed.json(), { id: basket.id, totalPrice: basket.totalPrice, expiresAt: null })
  t.same(statuses(confirmed), ['confirmed', 'confirmed', 'confirmed'])
  t.same(
    confirmed.json<CheckoutView>().orders.map(({ id }) => id),
    basket.orders.map(({ id }) => id),
  )
  t.equal((await cancel(basket.id, ann.headers)).statusCode, 409, 'the owner only while all are pending')
  t.same(await stocks(), [99, 98, 97])

  const [first, second] = basket.orders
  await call('POST', `/orders/${first?.id}/cancel`)
  t.same(
    statuses(await move(basket.id, 'shipped')),
    ['cancelled', 'shipped', 'shipped'],
    'the cancelled one is left out',
  )
  t.equal((await cancel(basket.id)).statusCode, 409)
  await call('PATCH', `/orders/${second?.id}`, { status: 'delivered' })
  t.equal((await move(basket.id, 'delivered')).statusCode, 409)
  t.equal((await call('GET', `/orders/${basket.orders[2]?.id}`)).json().status, 'shipped', 'none was changed')

  const other = await place()
  const head = await app.eventLog.head()
  const cancelled = await cancel(other.id, ann.headers)
  t.same(statuses(cancelled), ['cancelled', 'cancelled', 'cancelled'])
  t.same((await cancel(other.id, ann.headers)).json(), cancelled.json(), 'the same answer when repeated')
  t.equal((await move(other.id, 'confirmed')).statusCode, 409)
  t.equal((await app.eventLog.read(head, 100)).length, 6)
  t.same(await stocks(), [100, 98, 97])
  t.same(await auditBooks(app.db), [])
})
