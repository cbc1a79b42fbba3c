import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Problem } from '../../src/errors.js'
import { createMoney } from '../../src/money.js'
import type { BatchPlan } from '../../src/orders/batch-plan.js'
import { decide } from '../../src/orders/decide.js'
import { isCheckout, linesOf, type Placement, type Placing } from '../../src/orders/new-order.js'
import { RowLocked } from '../../src/orders/row-locked.js'
import { cases } from '../helpers/effort.js'

const PRODUCTS = ['p0', 'p1', 'p2', 'p3', 'held', 'unknown']
const USERS = ['ann', 'bob', 'gone', 'locked']
const STOCKS: [string, number][] = [
  ['p0', 12],
  ['p1', 5],
  ['p2', 1],
  ['p3', 0],
  ['held', 50],
]

/** Counts a user's orders among the written ones. */
function pendingOf(userId: string, rows: BatchPlan['rows']) {
  const own = rows.filter((row) => row.userId === userId)
  return { open: own.length, units: own.reduce((sum, { quantity }) => sum + quantity, 0) }
}

/** Returns a plan in which nothing is decided yet, after the orders `written` so far. */
function planOf(
  stocks: ReadonlyMap<string, number>,
  written: BatchPlan['rows'] = [],
  keyed: BatchPlan['keyed'] = { orders: new Map(), checkouts: new Map() },
): BatchPlan {
  const products = [...stocks].filter(([id]) => id !== 'held')
  return {
    rules: { lowStockThreshold: 3, limits: { maxOpenOrders: 5, maxHeldUnits: 9 }, expiresAfter: 0 },
    at: 0,
    time: new Date(0).toISOString(),
    products: new Map(
      products.map(([id, stock]) => [
        id,
        { id, name: id, price: 250, stock, lowStockThreshold: null, updatedAt: 0 },
      ]),
    ),
    held: new Set(['held', 'locked']),
    gone: new Set(['gone']),
    pending: new Map(USERS.map((id) => [id, pendingOf(id, written)])),
    takes: new Map(),
    rows: [],
    checkouts: [],
    drafts: [],
    placedBefore: new Map(),
    keyed,
    money: createMoney('USD'),
  }
}

const stocksOf = ({ products }: BatchPlan) =>
  new Map([...products.values()].map(({ id, stock }) => [id, stock] as const))

const terms = fc.record({
  userId: fc.constantFrom('ann', 'ann', 'bob', 'bob', 'gone', 'locked'),
  idempotencyKey: fc.constantFrom(null, 'a', 'b', 'c', 'd'),
  inDoubt: fc.constant(false),
  note: fc.constantFrom(undefined, undefined, 'Ring twice'),
  expiresIn: fc.constantFrom(undefined, 60),
})
const line = fc.record({
  productId: fc.constantFrom('p0', 'p0', 'p1', 'p1', ...PRODUCTS),
  quantity: fc.integer({ min: 1, max: 4 }),
})
const fresh: fc.Arbitrary<Placement> = fc.oneof(
  fc.tuple(terms, line).map(([one, other]) => ({ ...one, ...other })),
  fc
    .tuple(terms, fc.uniqueArray(line, { minLength: 1, maxLength: 5, selector: (one) => one.productId }))
    .map(([one, lines]) => ({ ...one, lines })),
)

/** Placements, some of which are repeated. */
const batches = fc
  .array(fc.tuple(fresh, fc.option(fc.nat(23), { nil: undefined, freq: 2 })), {
    minLength: 1,
    maxLength: 24,
    size: 'max',
  })
  .map((drawn) => drawn.map(([one, again]) => structuredClone(drawn[again ?? -1]?.[0] ?? one)))

/** Returns `value` with ids in the sequence of their first use: they differ in each run. */
function withoutIds(value: unknown): unknown {
  const names = new Map<string, string>()
  const text = JSON.stringify(value, (_name, one) => {
    if (one instanceof Map) return [...one]
    return one
  })
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
  const named = text.replace(uuid, (id) => {
    const name = names.get(id) ?? `id ${names.size}`
    names.set(id, name)
    return name
  })
  return JSON.parse(named)
}

const shown = (outcome: Placing) => {
  if (outcome.ok) return outcome.value instanceof RowLocked ? { waits: outcome.value.row } : outcome.value
  const { code, extra } = outcome.reason as Problem
  return { code, extra }
}

/** Checks a refusal for want of stock against the stock at that moment. */
function checkShortages(one: Placement, outcome: Placing, stocks: ReadonlyMap<string, number>): void {
  const { code, extra } = outcome.ok ? { code: '', extra: {} } : (outcome.reason as Problem)
  const short = linesOf(one).flatMap(({ productId, quantity }) => {
    const available = stocks.get(productId)
    return available !== undefined && available < quantity
      ? [{ productId, requested: quantity, available }]
      : []
  })
  if (code === 'insufficient-stock')
    assert.deepEqual(
      extra,
      isCheckout(one) ? { shortages: short } : short[0],
      'every short line, and no other',
    )
  const isNew = outcome.ok && 'replayed' in outcome.value && !outcome.value.replayed
  if (isNew) assert.deepEqual(short, [], 'nothing is placed of which there is too little')
}

t.test('orders and checkouts of one batch are decided as if each came alone', async (t) => {
  const met = new Set<string>()
  fc.assert(
    fc.property(batches, (batch) => {
      const copies = batch.map((one) => structuredClone(one))
      const together = planOf(new Map(STOCKS))
      const outcomes = batch.map((one) => decide(one, together))

      let alone = planOf(new Map(STOCKS))
      const written = { rows: [...alone.rows], checkouts: [...alone.checkouts], drafts: [...alone.drafts] }
      const expected = copies.map((one) => {
        alone = planOf(stocksOf(alone), written.rows, alone.keyed)
        const before = stocksOf(alone)
        const outcome = decide(one, alone)
        written.rows.push(...alone.rows)
        written.checkouts.push(...alone.checkouts)
        written.drafts.push(...alone.drafts)
        checkShortages(one, outcome, before)
        if (!outcome.ok) assert.deepEqual(alone.rows, [], 'a refusal writes nothing')
        return outcome
      })

      const { rows, checkouts, drafts } = together
      assert.deepEqual(
        withoutIds({ outcomes: outcomes.map(shown), rows, checkouts, drafts }),
        withoutIds({ outcomes: expected.map(shown), ...written }),
      )
      assert.deepEqual(stocksOf(together), stocksOf(alone))
      for (const [id, stock] of stocksOf(together)) {
        const taken = together.takes.get(id)
        const own = rows.filter(({ productId }) => productId === id)
        assert.equal(taken?.orders ?? 0, own.length)
        assert.equal(taken?.quantity ?? 0, (new Map(STOCKS).get(id) ?? 0) - stock)
        assert.ok(stock >= 0)
      }
      for (const [i, outcome] of outcomes.entries()) {
        const kind = isCheckout(batch[i] as Placement) ? 'checkout' : 'order'
        const value = shown(outcome)
        met.add(
          `${kind} ${'code' in value ? value.code : 'waits' in value ? 'waits' : `replayed ${value.replayed}`}`,
        )
      }
    }),
    { numRuns: cases(300) },
  )
  const results = [
    'replayed false',
    'replayed true',
    'waits',
    'insufficient-stock',
    'not-found',
    'order-limit',
    'unauthenticated',
    'idempotency-key-reused',
  ]
  for (const result of results)
    for (const kind of ['order', 'checkout']) t.ok(met.has(`${kind} ${result}`), `${kind} ${result} occurred`)
})
