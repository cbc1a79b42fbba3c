import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Presets, SingleBar } from 'cli-progress'
import { createAccounts } from '../src/accounts/accounts.js'
import { ensureAdmin, makeFirstAdmin } from '../src/accounts/first-admin.js'
import { createLockout } from '../src/accounts/lockout/lockout.js'
import { createPasswords } from '../src/accounts/passwords/hashing.js'
import { loadRevokedSessions } from '../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../src/accounts/sessions/sessions.js'
import { addProducts } from '../src/catalog/add-products.js'
import { attempt } from '../src/cli/attempt.js'
import { type Config, loadConfig } from '../src/config.js'
import type { Db } from '../src/db/db.js'
import { migrate, openDb } from '../src/db/open.js'
import { createEventLog, type EventLog } from '../src/stream/log.js'
import { addOrders } from './demo-orders.js'
import { demoProduct } from './demo-products.js'

const DEFAULT_PRODUCTS = 200
const BATCH = 5_000
const CUSTOMER = 'customer@example.com'

/** Shows a progress bar for `work`, then its duration. */
async function showing(what: string, total: number, work: (done: (count: number) => void) => Promise<void>) {
  const bar = new SingleBar(
    // Its own signal handler would swallow the first signal, and the work would continue.
    { format: `{bar} {value}/{total} ${what}, {eta_formatted} left`, gracefulExit: false },
    Presets.shades_classic,
  )
  const start = performance.now()
  bar.start(total, 0)
  try {
    await work((count) => bar.update(count))
  } finally {
    bar.stop()
  }
  const seconds = (performance.now() - start) / 1000
  console.log(`${total} ${what} in ${seconds.toFixed(1)} s: ${Math.round(total / seconds)} a second`)
}

/** Builds the account services. */
async function accountsOf(db: Db, eventLog: EventLog, config: Config) {
  const passwords = createPasswords({ cost: config.bcryptCost, maxWaiting: 1 })
  const sessions = createSessions({ db, revoked: await loadRevokedSessions(db) })
  return { db, eventLog, passwords, sessions, lockout: createLockout() }
}

/** Returns the admin who the initial stock is attributed to, created as the server would if there is none. */
async function keeperOf(db: Db, eventLog: EventLog, config: Config): Promise<string> {
  const options = await accountsOf(db, eventLog, config)
  if (config.admin) await ensureAdmin(options, config.admin)
  else if (!config.production) {
    const made = await makeFirstAdmin(options)
    if (made) console.log(`The first admin, shown this once:\n  ${made.email}\n  ${made.password}`)
  }
  const admin = await db.read.user.findFirst({ where: { role: 'admin' }, orderBy: { id: 'asc' } })
  if (!admin) throw new Error('There is no admin: set ADMIN_EMAIL and ADMIN_PASSWORD')
  return admin.id
}

/** Returns the customer of the demo orders, created if needed. */
async function customerOf(db: Db, eventLog: EventLog, config: Config): Promise<string> {
  const known = await db.read.user.findUnique({ where: { email: CUSTOMER } })
  if (known) return known.id
  const password = randomBytes(12).toString('base64url')
  const accounts = createAccounts(await accountsOf(db, eventLog, config))
  const { id } = await accounts.register({ name: 'A busy customer', email: CUSTOMER, password })
  console.log(`The customer of the orders, shown this once:\n  ${CUSTOMER}\n  ${password}`)
  return id
}

async function fill(db: Db, config: Config, { products, orders }: { products: number; orders: number }) {
  const eventLog = createEventLog(db)
  const keeper = await keeperOf(db, eventLog, config)
  const before = await db.read.product.count({ where: { deletedAt: null } })
  if (before > 0) console.log(`Adding to the ${before} products that exist.`)
  if (products > 0)
    await showing('products', products, async (show) => {
      for (let done = 0; done < products; show(done)) {
        const some = Array.from({ length: Math.min(BATCH, products - done) }, demoProduct)
        await addProducts(db, eventLog, some, keeper)
        done += some.length
        await nextTurn() // SQLite calls never yield: without this, no timer would run until the end
      }
    })
  if (orders === 0) return
  const customer = await customerOf(db, eventLog, config)
  await showing('orders', orders, (show) => addOrders({ db, eventLog }, customer, orders, show))
}

/**
 * Adds demo products to the configured database, 200 unless only orders are asked for, and orders of a customer of their
 * own. Running it again adds more.
 */
export const seed = ({ products, orders = 0 }: { products?: number; orders?: number }) =>
  attempt('No demo data was added', async () => {
    const numbers = { products: products ?? (orders > 0 ? 0 : DEFAULT_PRODUCTS), orders }
    const config = loadConfig(process.env)
    await migrate(config.databaseUrl)
    const db = await openDb(config.databaseUrl, undefined, config.currency)
    try {
      await fill(db, config, numbers)
    } finally {
      await db.close()
    }
  })
