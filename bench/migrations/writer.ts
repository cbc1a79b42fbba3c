/** A process that writes orders as 0.1.0 did, until it is told to stop: then it sends when each began and how long it took. */
import { newId } from '../../src/ids.js'
import { openPlain, type Plain } from './plain.js'

/** When an order began, in milliseconds since 1970, and how long it took. */
export type Written = [began: number, ms: number]

const PAUSE_MS = 5
const [url = '', connections = '1'] = process.argv.slice(2)
const written: Written[] = []
let stopped = false

async function place(db: Plain, userId: string, productId: string): Promise<void> {
  const at = db.time(Date.now())
  await db.begin()
  await db.run('UPDATE products SET stock = stock - 1, version = version + 1 WHERE id = ?', [productId])
  await db.run(
    `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, created_at, updated_at)
     VALUES (?, ?, ?, 1, 100, 100, ?, ?)`,
    [newId(), userId, productId, at, at],
  )
  await db.run('UPDATE event_counter SET last_offset = last_offset + 1')
  await db.run(
    "INSERT INTO events (`offset`, type, user_id, data, created_at) SELECT last_offset, 'order:created', ?, '{}', ? FROM event_counter",
    [userId, at],
  )
  await db.run('COMMIT')
}

async function buy(db: Plain): Promise<void> {
  const products = await db.all<{ id: string }>('SELECT id FROM products')
  const [user] = await db.all<{ id: string }>('SELECT id FROM users LIMIT 1')
  process.send?.('ready')
  while (!stopped) {
    const began = Date.now()
    const product = products[Math.floor(Math.random() * products.length)]
    for (;;) {
      try {
        await place(db, user?.id ?? '', product?.id ?? '')
        break
      } catch {
        // A deadlock, or a table that changed since the transaction began: the program tries again, too.
        await db.run('ROLLBACK').catch(() => undefined)
      }
    }
    written.push([began, Date.now() - began])
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  await db.close()
}

process.once('message', () => {
  stopped = true
})
await Promise.all(Array.from({ length: Number(connections) }, async () => buy(await openPlain(url))))
process.send?.(written, () => process.exit(0))
