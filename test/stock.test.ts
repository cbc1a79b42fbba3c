import assert from 'node:assert/strict'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { type App, buildApp } from '../src/app.js'
import type { AnyEvent } from '../src/stream/events.js'
import { auditBooks } from './books.js'
import { testConfig } from './helper.js'
import { type Action, openShop, rounds } from './stock/actions.js'
import { Model } from './stock/replay.js'

const EVENTS_AT_MOST = 10_000

/** Does all of `script`, round by round, in a new shop. @returns what was met: an action and its status each */
async function play(app: App, script: Action[][]): Promise<string[]> {
  await app.ready()
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

t.test('whatever is done at once, each answer is true and the books balance', async (t) => {
  const dir = t.testdir()
  const met = new Set<string>()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(rounds, async (script) => {
      const app = buildApp(await testConfig(t, join(dir, String(runs++)), { orderBatchMax: 4 }))
      try {
        for (const what of await play(app, script)) met.add(what)
      } finally {
        await app.close()
      }
    }),
    { numRuns: 20, interruptAfterTimeLimit: 15_000 },
  )
  for (const kind of ['order 201', 'order 409', 'cancel 200', 'adjust 200', 'edit 200', 'move 200'])
    t.ok(met.has(kind), `${kind} was met`)
})
