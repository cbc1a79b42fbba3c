/**
 * A grown shop: a million products, a customer with 100,000 orders, less 20 for each of 200 others with names of their
 * own, and one with 20. The seed creates it once; the file is cached in node_modules/.cache until one of its inputs changes.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addOrders } from '../prisma/demo-orders.js'
import { insertUser } from '../src/accounts/users/user-terms.js'
import { openDb } from '../src/db/open.js'
import { newId } from '../src/ids.js'
import { createEventLog } from '../src/stream/log.js'

const FEW_ORDERS = 20

export interface Dataset {
  url: string
  products: number
  /** Customer ids. */
  busy: string
  casual: string
}

const cache = resolve('node_modules/.cache/stockroom-bench')
const CASUAL = 'casual@bench.test'
const FIRST_NAMES = 'Ada,Alan,Barbara,Donald,Edsger,Frances,Grace,John,Margaret,Radia'.split(',')
const LAST_NAMES =
  'Allen,Backus,Codd,Dijkstra,Floyd,Gray,Hamilton,Hoare,Hopper,Iverson,Kay,Knuth,Lamport,Liskov,Lovelace,Milner,Naur,Perlis,Turing,Wirth'.split(
    ',',
  )
/** Orders indexed in a transaction. */
const INDEXED = 10_000

function keyOf(products: number, orders: number): string {
  const migrations = readdirSync('prisma/sqlite/migrations', { recursive: true, encoding: 'utf8' })
  const files = migrations
    .filter((name) => name.endsWith('.sql'))
    .map((name) => join('prisma/sqlite/migrations', name))
  const makers = [
    'prisma/demo-products.ts',
    'prisma/demo-orders.ts',
    'src/catalog/add-products.ts',
    'src/search/tokenize.ts',
    'src/catalog/search/signatures.ts',
    'src/accounts/users/user-terms.ts',
    'bench/dataset.ts',
  ]
  const hash = createHash('sha256').update(`${products} ${orders}`)
  for (const file of [...files.sort(), ...makers]) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

async function addCustomers(url: string): Promise<void> {
  const db = await openDb(url)
  const at = new Date()
  const named = FIRST_NAMES.flatMap((first) =>
    LAST_NAMES.map((last) => ({
      name: `${first} ${last}`,
      email: `${first}.${last}@mail.test`.toLowerCase(),
    })),
  )
  const add = async (customer: { name: string; email: string }) => {
    const id = newId()
    await db.write((tx) => insertUser(tx, { id, ...customer, password: '', createdAt: at, updatedAt: at }))
    return id
  }
  const placed = await db.read.order.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  const apart = Math.floor(placed.length / (named.length * FEW_ORDERS))
  for (const [i, customer] of named.entries()) {
    const userId = await add(customer)
    const own = placed.filter((_, at) => at % (apart * named.length) === apart * i)
    await db.write((tx) =>
      tx.order.updateMany({ where: { id: { in: own.map(({ id }) => id) } }, data: { userId } }),
    )
  }
  const casual = await add({ name: 'Casual', email: CASUAL })
  await addOrders({ db, eventLog: createEventLog(db) }, casual, FEW_ORDERS, () => undefined)
  // A server indexes the orders in the background, which would be measured too.
  const { indexOrders } = db.dialect
  for (let isFull = indexOrders !== undefined; isFull; )
    isFull = await db.writeRaw(async (tx) => (await indexOrders?.(tx, INDEXED, '~', ''))?.isFull ?? false)
  await db.close()
}

async function make(file: string, products: number, orders: number): Promise<void> {
  mkdirSync(cache, { recursive: true })
  // Older files are large and their keys can never match again.
  for (const old of readdirSync(cache)) rmSync(join(cache, old))
  const draft = `${file}.making`
  const seed = [
    '--import',
    'tsx',
    'src/stockroom.ts',
    'seed',
    '--products',
    String(products),
    '--orders',
    String(orders),
  ]
  const env = { ...process.env, NODE_ENV: 'development', DATABASE_URL: `file:${draft}`, BCRYPT_COST: '4' }
  const { status } = spawnSync(process.execPath, seed, { stdio: 'inherit', env })
  if (status !== 0) throw new Error('the data set could not be made')
  await addCustomers(`file:${draft}`)
  renameSync(draft, file)
}

/** Returns whether the data set of this size is cached. */
export const isMade = (products: number, orders: number) =>
  existsSync(join(cache, `${keyOf(products, orders)}.db`))

/** Returns the data set of this size, creating it if needed. */
export async function dataset(products: number, orders: number): Promise<Dataset> {
  const file = join(cache, `${keyOf(products, orders)}.db`)
  if (!existsSync(file)) await make(file, products, orders)
  const url = `file:${file}`
  const db = await openDb(url)
  const idOf = async (email: string) => (await db.read.user.findUniqueOrThrow({ where: { email } })).id
  const [busy, casual] = [await idOf('customer@example.com'), await idOf(CASUAL)]
  await db.close()
  return { url, products, busy, casual }
}
