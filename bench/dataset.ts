/**
 * A grown shop: a million products, a customer with 100,000 orders and one with 20. The seed creates it once; the
 * file is cached in node_modules/.cache until one of its inputs changes.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addOrders } from '../prisma/demo-orders.js'
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
  ]
  const hash = createHash('sha256').update(`${products} ${orders}`)
  for (const file of [...files.sort(), ...makers]) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

async function addCasual(url: string): Promise<void> {
  const db = await openDb(url)
  const id = newId()
  const at = new Date()
  await db.write((tx) =>
    tx.user.create({
      data: { id, name: 'Casual', email: CASUAL, password: '', createdAt: at, updatedAt: at },
    }),
  )
  await addOrders({ db, eventLog: createEventLog(db) }, id, FEW_ORDERS, () => undefined)
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
  await addCasual(`file:${draft}`)
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
