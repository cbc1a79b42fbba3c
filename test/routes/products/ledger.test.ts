import t from 'tap'
import type { LedgerEntry } from '../../../src/contract/ledger.js'
import { newId } from '../../../src/ids.js'
import { faultyPaths, noRateLimits, signIn } from '../../helpers/app.js'
import { order } from '../../helpers/orders.js'
import { shop } from '../../helpers/shop.js'

type Shop = Awaited<ReturnType<typeof shop>>

/** Reads a whole ledger in pages of `limit`. */
async function ledgerOf({ call }: Shop, id: string, limit = 100): Promise<LedgerEntry[]> {
  const all: LedgerEntry[] = []
  for (let cursor = ''; ; ) {
    const page = (await call('GET', `/products/${id}/ledger?limit=${limit}${cursor}`)).json()
    all.push(...page.items)
    if (page.nextCursor === null) return all
    cursor = `&cursor=${page.nextCursor}`
  }
}

t.test('the ledger lists every change of the stock, its cause and its author', async (t) => {
  const s = await shop(t, noRateLimits)
  const { app, call, add, adminId } = s
  const { id } = await add({ stock: 5 })
  const buyer = await signIn(app)
  const placed = async (quantity: number) =>
    (await order(app, buyer.headers, { productId: id, quantity })).json<{ id: string }>().id
  const first = await placed(2)
  await call('POST', `/products/${id}/stock-adjustments`, { delta: 4, reason: 'Found' })
  await call('POST', `/orders/${first}/cancel`)
  await call('PATCH', `/products/${id}`, { stock: 1 })
  await call('PATCH', `/products/${id}`, { name: 'Other lamp' })
  const key = await call('POST', '/api-keys', { name: 'Counter', scopes: ['products:write'] })
  const asKey = { authorization: `Bearer ${key.json().key}` }
  await call('POST', `/products/${id}/stock-adjustments`, { delta: 1 }, asKey)

  const admin = { type: 'user', id: adminId, name: 'admin' }
  const items = await ledgerOf(s, id)
  t.match(items, [
    { delta: 1, stock: 2, cause: 'adjustment', actor: { type: 'key', name: 'Counter' } },
    { delta: -8, stock: 1, cause: 'edit', actor: admin },
    { delta: 2, stock: 9, cause: 'cancelled', orderId: first, actor: admin },
    { delta: 4, stock: 7, cause: 'adjustment', reason: 'Found', actor: admin },
    { delta: -2, stock: 3, cause: 'order', orderId: first, actor: { id: buyer.id, name: 'customer' } },
    { delta: 5, stock: 5, cause: 'created', reason: 'initial stock', actor: admin },
  ])
  t.equal(items.length, 6)
  t.same(await ledgerOf(s, id, 1), items, 'page by page')

  const [, , , found] = items
  const since = encodeURIComponent(found?.at ?? '')
  const range = async (query: string) => (await call('GET', `/products/${id}/ledger?${query}`)).json().items
  t.same(
    await range(`from=${since}`),
    items.filter(({ at }) => at >= (found?.at ?? '')),
  )
  t.same(
    await range(`to=${since}`),
    items.filter(({ at }) => at < (found?.at ?? '')),
  )

  await call('DELETE', `/products/${id}`)
  t.same(await ledgerOf(s, id), items, 'that of a deleted product stays')
  t.equal((await call('GET', `/products/${id}/ledger`, undefined, buyer.headers)).statusCode, 403)
  const staff = await signIn(app, 'staff')
  t.equal((await call('GET', `/products/${id}/ledger`, undefined, staff.headers)).statusCode, 200)
  t.equal((await call('GET', `/products/${newId()}/ledger`)).statusCode, 404)
  t.same(faultyPaths(await call('GET', `/products/${id}/ledger?cursor=x`)), ['cursor'])

  // The id of a row may be from the millisecond before its time.
  const later = new Date(Date.parse(found?.at ?? '') + 5)
  const [row] = await app.db.read.stockAdjustment.findMany({ where: { productId: id, reason: 'Found' } })
  await app.db.write((tx) =>
    tx.stockAdjustment.update({ where: { id: String(row?.id) }, data: { createdAt: later } }),
  )
  const at = later.toISOString()
  t.match(
    (await range(`from=${encodeURIComponent(at)}`)).filter((item: { at: string }) => item.at === at),
    [{ reason: 'Found' }],
    'times are told apart from ids',
  )
})

t.test('along the ledger of concurrent changes each stock is the one before and the change', async (t) => {
  const s = await shop(t, { ...noRateLimits, orderBatchMax: 4 })
  const { app, call, add } = s
  const { id } = await add({ stock: 60 })
  const { headers } = await signIn(app)
  const orders: string[] = []
  const work = Array.from({ length: 90 }, (_, i) => async () => {
    if (i % 5 === 1) await call('POST', `/products/${id}/stock-adjustments`, { delta: i % 2 === 0 ? -3 : 4 })
    else if (i % 5 === 2) await call('PATCH', `/products/${id}`, { stock: 20 + i })
    else if (i % 5 === 3 && orders.length > 0) await call('POST', `/orders/${orders.pop()}/cancel`)
    else {
      const answer = await order(app, headers, { productId: id, quantity: 1 + (i % 3) })
      if (answer.statusCode === 201) orders.push(answer.json().id)
    }
  })
  for (let i = 0; i < work.length; i += 15) await Promise.all(work.slice(i, i + 15).map((one) => one()))
  const items = await ledgerOf(s, id, 7)
  t.ok(items.length > 50)
  for (const [i, { stock, delta }] of items.entries()) {
    const before = items[i + 1]?.stock ?? 0
    if (stock !== before + delta) t.fail(`entry ${i}: ${before} + ${delta} is not ${stock}`)
  }
  t.equal(items[0]?.stock, (await call('GET', `/products/${id}`)).json().stock, 'it ends with the stock')
})
