import t from 'tap'
import { newId } from '../../src/ids.js'
import { isLimited, limitFault, NO_LIMITS } from '../../src/orders/order-limits.js'
import { addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'

const orders = (maxOpenOrders: number) => ({ maxOpenOrders, maxHeldUnits: 0 })
const units = (maxHeldUnits: number) => ({ maxOpenOrders: 0, maxHeldUnits })

t.test('0 means no limit', async (t) => {
  t.equal(isLimited(NO_LIMITS), false)
  t.equal(isLimited(orders(1)), true)
  t.equal(isLimited(units(1)), true)
  t.equal(limitFault({ open: 1_000, units: 1_000 }, 1_000, NO_LIMITS), undefined)
})

t.test(
  'an account at its limit of orders or units is refused, and the error says how many it has',
  async (t) => {
    t.equal(limitFault({ open: 2, units: 99 }, 99, orders(3)), undefined)
    t.match(limitFault({ open: 3, units: 3 }, 1, orders(3)), {
      code: 'order-limit',
      message: /limit of pending orders per account is 3; this account has 3\. Confirm or cancel/,
      extra: { limit: 3, open: 3 },
    })
    t.equal(limitFault({ open: 99, units: 6 }, 4, units(10)), undefined)
    t.match(limitFault({ open: 1, units: 7 }, 4, units(10)), {
      code: 'order-limit',
      message: /limit of units in pending orders per account is 10; this account has 7\./,
      extra: { limit: 10, held: 7, requested: 4 },
    })
    const both = { maxOpenOrders: 3, maxHeldUnits: 10 }
    t.match(limitFault({ open: 3, units: 1 }, 1, both), { extra: { open: 3 } })
    t.match(limitFault({ open: 1, units: 10 }, 1, both), { extra: { held: 10 } })
  },
)

t.test('limits count pending orders, per account, and exactly within a batch', async (t) => {
  const { db, placeBatch, draft, orders: engine } = await orderEngine(t, { limits: orders(2) })
  const grace = await addUser(db)
  const codes = async (batch: Parameters<typeof placeBatch>[0]) =>
    (await placeBatch(batch)).map((each) => (each.ok ? 'ok' : (each.reason as { code?: string }).code))
  const hers = draft({ userId: grace })
  t.same(await codes([draft(), draft(), hers, draft()]), ['ok', 'ok', 'ok', 'order-limit'])
  t.same(await codes([draft(), draft({ userId: grace })]), ['order-limit', 'ok'])
  await engine.cancel(hers.id ?? '')
  t.same(await codes([draft({ userId: grace }), draft({ userId: grace })]), ['ok', 'order-limit'])
  t.same(await codes([draft({ userId: newId() })]), ['unauthenticated'], 'a deleted account')
})

t.test('units are counted within a batch too, and refused orders are not', async (t) => {
  const { placeBatch, draft, stock } = await orderEngine(t, { limits: units(10) })
  const quantities = [4, 7, 6, 1]
  const outcomes = await placeBatch(quantities.map((quantity) => draft({ quantity })))
  t.same(
    outcomes.map(({ ok }) => ok),
    [true, false, true, false],
  )
  t.match(outcomes[3], { reason: { extra: { limit: 10, held: 10, requested: 1 } } })
  const [later] = await placeBatch([draft({ quantity: 1 })])
  t.match(later, { reason: { extra: { held: 10 } } })
  t.equal(await stock(), 90)
})
