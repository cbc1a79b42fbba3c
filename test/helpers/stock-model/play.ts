import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { App } from '../../../src/app.js'
import type { AnyEvent } from '../../../src/contract/events.js'
import { auditBooks } from '../books.js'
import { cases } from '../effort.js'
import { type Action, rounds } from './actions.js'
import { Model } from './replay.js'
import { openShop } from './shop.js'
import { TOUR } from './tour.js'

const EVENTS_AT_MOST = 10_000

/** The events to occur in some case, so all of them are tested. */
const COMMON = [
  'order 201',
  'order 201 replayed',
  'order 409',
  'checkout 201',
  'checkout 201 replayed',
  'checkout 409',
  'cancel 200',
  'cancel-checkout 200',
  'move 200',
  'move 412',
  'move-checkout 200',
  'bulk 200',
  'bulk 200 replayed',
  'adjust 200',
  'adjust 200 replayed',
  'edit 200',
  'delete 204',
  'delete 404',
  'restore 200',
  'restore 200 replayed',
  'expired',
]

/** Plays `script` round by round with new products and users. @returns each distinct action with its status */
async function play(nodes: [App, ...App[]], script: Action[][]): Promise<string[]> {
  const [app] = nodes
  const shop = await openShop(nodes)
  const model = new Model(shop.products, app.config.lowStockThreshold)
  const met: string[] = []
  for (const actions of script) {
    const before = await app.eventLog.head()
    const { done, due } = await shop.round(actions)
    const events = (await app.eventLog.read(before, EVENTS_AT_MOST)) as AnyEvent[]
    model.follow(done, due, events)
    met.push(
      ...done.map(({ action, status, replayed }) => `${action.kind} ${status}${replayed ? ' replayed' : ''}`),
    )
    if (events.some(({ requestId }) => requestId === undefined)) met.push('expired')
  }
  const { products } = model.state
  for (const [id, { stock, price, live }] of products) {
    const row = await app.db.read.product.findUniqueOrThrow({ where: { id } })
    assert.deepEqual([Number(row.stock), row.price, row.deletedAt === null], [stock, price, live])
    const sold = await app.db.read.order.aggregate({
      where: { productId: id, status: { not: 'cancelled' } },
      _sum: { quantity: true },
    })
    assert.equal(sold._sum.quantity ?? 0, model.state.soldOf(id))
  }
  assert.deepEqual(await auditBooks(app.db), [])
  return met
}

/** Plays random scripts, and checks every response, the log, the books and the ledgers. */
export async function playRandomly(t: Test, nodes: [App, ...App[]], runs: number): Promise<void> {
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(rounds, async (script) => {
      for (const what of await play(nodes, script)) met.add(what)
    }),
    { numRuns: cases(runs) + 1, examples: [[TOUR]] },
  )
  for (const what of COMMON) t.ok(met.has(what), `${what} occurred`)
}
