import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { eventsOf, shop } from '../../helpers/shop.js'

t.test('a deleted product is listed for admins, and restored with the stock it has by then', async (t) => {
  const { app, call, add } = await shop(t)
  const { headers: customer } = await signIn(app)
  const low = async () => (await call('GET', '/pulse?low=10')).json().lowStock.count
  const untilLow = async (count: number) => {
    while ((await low()) !== count) await sleep(10) // the figures follow the log
  }
  const product = await add({ sku: 'LAMP', name: 'Walnut lamp' })
  await untilLow(1)
  const order = (await call('POST', '/orders', { productId: product.id, quantity: 2 })).json()
  t.match((await call('GET', '/products/deleted')).json(), { items: [], nextCursor: null })
  await call('DELETE', `/products/${product.id}`)
  await call('POST', `/orders/${order.id}/cancel`)
  t.same((await call('GET', '/products?q=walnut')).json().items, [])

  const listed = await call('GET', '/products/deleted')
  t.match(listed, { statusCode: 200, headers: { 'cache-control': /no-store/ } })
  t.match(listed.json(), { items: [{ id: product.id, sku: 'LAMP', stock: 5, deletedAt: /^20/ }] })
  t.equal(listed.json().items.length, 1)
  t.equal((await call('GET', `/products/${product.id}`)).statusCode, 404)
  await untilLow(0)

  const url = `/products/${product.id}/restore`
  t.equal((await app.inject({ method: 'POST', url })).statusCode, 401)
  t.equal((await app.inject({ method: 'POST', url, headers: customer })).statusCode, 403)
  t.equal((await app.inject({ url: '/products/deleted' })).statusCode, 401)
  t.equal((await app.inject({ url: '/products/deleted', headers: customer })).statusCode, 403)

  t.equal((await call('POST', url, undefined, { 'if-match': '"0-1"' })).statusCode, 412)
  const restored = await call('POST', url)
  t.match(restored, { statusCode: 200, headers: { etag: /^"[0-9a-f]{8}-\d+"$/ } })
  t.match(restored.json(), { id: product.id, sku: 'LAMP', name: 'Walnut lamp', stock: 5 })
  const read = await call('GET', `/products/${product.id}`)
  t.same(read.json(), restored.json())
  t.equal(read.headers.etag, restored.headers.etag)
  t.same((await call('GET', '/products?q=walnut')).json().items, [restored.json()])
  t.same((await call('GET', '/products?sku=LAMP')).json().items, [restored.json()])
  t.same((await call('GET', '/products/deleted')).json().items, [])
  await untilLow(1)
  t.match((await call('GET', '/orders?scope=all&q=walnut')).json(), { items: [{ id: order.id }] })
  t.match((await eventsOf(app)).at(-1), { type: 'product:created', data: restored.json() })
  t.same(await auditBooks(app.db), [])

  const again = await call('POST', url, undefined, { 'if-match': '"0-1"' })
  t.match(again, { statusCode: 200, headers: { etag: restored.headers.etag } })
  t.equal((await call('POST', '/orders', { productId: product.id, quantity: 1 })).statusCode, 201)
  t.equal((await call('POST', '/products/nope/restore')).statusCode, 404)
})

t.test('a product whose SKU another one has by now is not restored', async (t) => {
  const { call, add } = await shop(t)
  const { id } = await add({ sku: 'LAMP' })
  await call('DELETE', `/products/${id}`)
  await add({ sku: 'LAMP' })
  t.match((await call('POST', `/products/${id}/restore`)).json(), { status: 409, type: /sku-taken$/ })
})

t.test('with an idempotency key, a restoration is done once', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add()
  await call('DELETE', `/products/${id}`)
  const key = { 'idempotency-key': 'back-1' }
  const first = await call('POST', `/products/${id}/restore`, undefined, key)
  await call('DELETE', `/products/${id}`)
  const second = await call('POST', `/products/${id}/restore`, undefined, key)
  t.same(second.json(), first.json())
  t.equal((await call('GET', `/products/${id}`)).statusCode, 404, 'it stays deleted')
  t.equal((await eventsOf(app)).filter(({ type }) => type === 'product:created').length, 2)
})

t.test('restored at once, a product is restored once, and of two with one SKU one is', async (t) => {
  const { app, call, add } = await shop(t)
  const restore = async (ids: string[]) => {
    const answers = await Promise.all(ids.map((id) => call('POST', `/products/${id}/restore`)))
    return answers.map(({ statusCode }) => statusCode).sort()
  }
  const { id } = await add({ sku: 'MUG', name: 'Café mug' })
  await call('DELETE', `/products/${id}`)
  t.same(await restore(Array(8).fill(id)), Array(8).fill(200))
  t.equal((await eventsOf(app)).filter(({ type }) => type === 'product:created').length, 2)

  const rivals: string[] = []
  for (const name of ['Walnut lamp', 'Oak lamp']) {
    const lamp = await add({ sku: 'LAMP', name })
    rivals.push(lamp.id)
    await call('DELETE', `/products/${lamp.id}`)
  }
  t.same(await restore([...rivals, ...rivals]), [200, 200, 409, 409])
  t.equal((await call('GET', '/products?sku=LAMP')).json().items.length, 1)
  t.equal((await call('GET', '/products?q=lamp')).json().items.length, 1, 'the other is not found')
  t.same(await auditBooks(app.db), [])
})
