import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { App } from '../../src/app.js'
import type { AnyEvent } from '../../src/contract/events.js'
import { build, noRateLimits } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { cases } from '../helpers/effort.js'
import { type Action, openShop, rounds } from '../helpers/stock-model/actions.js'
import { Model } from '../helpers/stock-model/replay.js'

const EVENTS_AT_MOST = 10_000

/** Plays `script` round by round with new products and users. @returns each distinct action with its status */
async function play(app: App, script: Action[][]): Promise<string[]> {
  const shop = await openShop(app)
  const model = new Model(shop.products, app.config.lowStockThreshold)
  const met: string[] = []
  for (const actions of script) {
    const before = await app.eventLog.head()
    const done = await shop.round(actions)
    model.follow(done, (await app.eventLog.read(before, EVENTS_AT_MOST)) as AnyEvent[])
    met.push(...done.map(({ action, status }) => `${action.kind} ${status}`))
  }
  for (const [id, { stock, price, live }] of model.products) {
    const row = await app.db.read.product.findUniqueOrThrow({ where: { id } })
    assert.deepEqual([Number(row.stock), row.price, row.deletedAt === null], [stock, price, live])
    const sold = await app.db.read.order.aggregate({
      where: { productId: id, status: { not: 'cancelled' } },
      _sum: { quantity: true },
    })
    assert.equal(sold._sum.quantity ?? 0, model.soldOf(id))
  }
  assert.deepEqual(await auditBooks(app.db), [])
  return met
}

t.test('under concurrent requests every response is consistent and the books balance', async (t) => {
  const app = await build(t, { orderBatchMax: 4, ...noRateLimits })
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(rounds, async (script) => {
      for (const what of await play(app, script)) met.add(what)
    }),
    { numRuns: cases(20) },
  )
  for (const kind of ['order 201', 'order 409', 'cancel 200', 'adjust 200', 'edit 200', 'move 200'])
    t.ok(met.has(kind), `${kind} occurred`)
})
