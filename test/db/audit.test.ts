import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { order } from '../helpers/orders.js'

/** Statements that break an invariant each, and the fault that the audit reports. */
const BROKEN: [statement: string, fault: RegExp][] = [
  ['UPDATE products SET stock = stock + 1', /the stock of 1 products does not fit their orders/],
  ['UPDATE orders SET quantity = quantity + 1', /the stock of 1 products does not fit/],
  ["UPDATE orders SET status = 'cancelled'", /the stock of 1 products does not fit/],
  ['UPDATE stock_adjustments SET delta = delta - 1', /the stock of 1 products does not fit/],
  ['DELETE FROM events WHERE `offset` = 3', /the log has a gap/],
  ['DELETE FROM events WHERE `offset` <= 2', /the log is not complete/],
  ['UPDATE event_counter SET last_offset = last_offset + 1', /the counter is not at the end of the log/],
  ["UPDATE events SET type = 'order:updated' WHERE type = 'order:created'", /2 orders, but the log has 0/],
  ['UPDATE products SET stock = 7', /the log's last stock of 1 products is not their stock/],
]

t.test('the audit finds each inconsistency, and nothing else', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 10 })
  for (let n = 0; n < 2; n++) t.equal((await order(app, headers, { productId, quantity: 1 })).statusCode, 201)
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
