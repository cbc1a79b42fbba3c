import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { order } from '../helpers/orders.js'

/** Statements breaking an invariant each, and the fault reported by the audit. */
const BROKEN: [statement: string, fault: RegExp][] = [
  ['UPDATE products SET stock = stock + 1', /the stock of 1 products does not fit their orders/],
  ['UPDATE orders SET quantity = quantity + 1', /the stock of 1 products does not fit/],
  ["UPDATE orders SET status = 'cancelled'", /the stock of 1 products does not fit/],
  ['UPDATE stock_adjustments SET delta = delta - 1', /the stock of 1 products does not fit/],
  ['DELETE FROM events WHERE `offset` = 3', /the log has a gap/],
  ['DELETE FROM events WHERE `offset` <= 2', /the log is not complete/],
  ['UPDATE event_counter SET last_offset = last_offset + 1', /the counter is not at the end of the log/],
  ["UPDATE events SET type = 'order:updated' WHERE type = 'order:created'", /2 orders, but the log has 0/],
  ['UPDATE products SET stock = stock + 1', /the ledgers of 1 products do not end at their stock/],
  ['UPDATE orders SET stock_after = stock_after - 1', /2 rows of the ledger do not follow/],
  ['UPDATE orders SET stock_after = NULL', /1 rows of the ledger do not follow/],
  ['UPDATE orders SET quantity = quantity + 1', /2 rows of the ledger do not follow/],
  ['UPDATE stock_adjustments SET stock_after = 11, delta = 11', /1 rows of the ledger do not follow/],
  ['UPDATE stock_adjustments SET delta = delta - 1', /1 rows of the ledger do not follow/],
  ['DELETE FROM stock_adjustments', /1 rows of the ledger do not follow/],
  ['UPDATE order_changes SET delta = delta + 1', /1 rows of the ledger do not follow/],
  ["UPDATE order_changes SET id = '0'", /2 rows of the ledger do not follow/],
  ['DELETE FROM order_changes', /the ledgers of 1 products do not end at their stock/],
  ['UPDATE products SET stock = 7', /the log's last stock of 1 products is not their stock/],
]

t.test('the audit finds each inconsistency, and nothing else', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 10 })
  const buy = () => order(app, headers, { productId, quantity: 1 })
  const placed = [await buy(), await buy()]
  await app.orders.cancel(placed[0]?.json().id)
  t.same(await auditBooks(app.db), [])

  class Undone extends Error {}
  for (const [statement, fault] of BROKEN)
    await app.db
      .write(async (tx) => {
        await tx.$executeRawUnsafe(statement)
        const faults = await auditBooks({ read: tx, dialect: app.db.dialect })
        t.ok(
          faults.some((text) => fault.test(text)),
          `${statement}: ${faults.join('; ')}`,
        )
        throw new Undone()
      })
      .catch((error) => t.ok(error instanceof Undone, String(error)))
  t.same(await auditBooks(app.db), [])
})
