import { createHash } from 'node:crypto'
import { Prisma } from '#prisma'
import type { App } from '../../src/app.js'
import { auditLog, auditShop } from '../../src/db/audit.js'
import { auditLedger } from '../../src/db/audit-ledger.js'
import type { Db } from '../../src/db/db.js'
import type { Dialect } from '../../src/db/dialect.js'
import { DatabaseBusy } from '../../src/db/errors.js'
import { retryWhileBusy } from '../../src/db/retry.js'
import type { RawTx } from '../../src/db/transaction.js'
import { newId } from '../../src/ids.js'
import { PATIENCE_MS } from './patience.js'

/** Inserts a product directly into the database, with its initial stock recorded. */
export async function addProduct(
  app: App,
  { stock = 100, price = 1999, name = 'Mug' } = {},
): Promise<string> {
  const id = newId()
  const at = new Date()
  await app.db.write(async (tx) => {
    const keeper = await tx.user.findFirstOrThrow()
    await tx.product.create({
      data: { id, name, nameSort: name.toLowerCase(), price, stock, createdAt: at, updatedAt: at },
    })
    await tx.stockAdjustment.create({
      data: { id: newId(), productId: id, userId: keeper.id, delta: stock, stockAfter: stock, createdAt: at },
    })
  })
  return id
}

interface Audited {
  read: Pick<RawTx, '$queryRawUnsafe'>
  dialect: Pick<Dialect, 'name'>
}

/** Audits the books, the ledgers and the whole log of a database. @returns a description of each fault */
export async function auditBooks({ read, dialect }: Audited): Promise<string[]> {
  const query = (sql: string) => read.$queryRawUnsafe<Record<string, unknown>[]>(sql)
  return [
    ...(await auditShop(query)),
    ...(await auditLedger(query)),
    ...(await auditLog(query, dialect.name)),
  ]
}

/** Columns written in the background: when a row was used, the progress of indexes and of deliveries. */
const BACKGROUND = ['lastSeenAt', 'lastUsedAt', 'termRules', 'failures', 'nextAttemptAt', 'position']

/** Tables changed by the program itself. */
const IN_BACKGROUND = new Set<string>([
  'UserTerm',
  'Mail',
  'MailToken',
  'OrderByProduct',
  'OrderByProductTotal',
  'OrderByTotal',
  'OrderIndex',
  'SalesDay',
  'SalesProgress',
  'SalesSlot',
  'WebhookAttempts',
  'WebhookLease',
])

const isDatabaseBusy = (error: unknown) => error instanceof DatabaseBusy

/** Returns a digest of every row of every other table, to detect any change by a request. */
export async function digestOf(db: Db): Promise<string> {
  const tracked = Object.values(Prisma.ModelName).filter((name) => !IN_BACKGROUND.has(name))
  const models = tracked.map((name) => `${name[0]?.toLowerCase()}${name.slice(1)}`)
  const tables = db.read as unknown as Record<string, { findMany(): Promise<object[]> }>
  const textOf = (row: object) =>
    JSON.stringify(row, (key, value) =>
      BACKGROUND.includes(key) ? undefined : typeof value === 'bigint' ? String(value) : value,
    )
  const rows = await Promise.all(
    models.map(async (model) => {
      const find = async () => (await tables[model]?.findMany()) ?? []
      // The busy machine of a test may keep the pool waiting.
      const found = await retryWhileBusy(find, { isBusy: isDatabaseBusy, patience: PATIENCE_MS })
      return found.map(textOf).sort()
    }),
  )
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex')
}
