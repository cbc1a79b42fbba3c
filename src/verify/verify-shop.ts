import { auditLog, auditShop } from '../db/audit.js'
import { auditLedger } from '../db/audit-ledger.js'
import { loadMigrations, pendingMigrations } from '../db/migrations.js'
import { openSnapshot } from '../db/open.js'
import type { Snapshot } from '../db/snapshot.js'
import { auditOrderLists } from './order-lists.js'
import { auditSearch } from './search-indexes.js'

/** The result of a check. */
export interface Verdict {
  /** The part checked. */
  subject: string
  /** The violations, in words; empty for a sound part. */
  faults: string[]
}

/** The checks of a shop's data, in their order. */
const CHECKS: Record<string, (shop: Snapshot) => Promise<string[]>> = {
  'the stock of every product against its orders, and the density of the log': ({ query }) =>
    auditShop(query),

  'the ledger of every product, row by row': ({ query }) => auditLedger(query),

  async 'the log against the rows it tells of'({ query, dialect }) {
    const [first] = await query('SELECT 1 AS one FROM events WHERE `offset` = 1')
    // Retention has deleted the oldest events of another log, and their contents cannot be compared.
    return first ? auditLog(query, dialect) : []
  },

  async 'the indexes that the migrations make'(shop) {
    const missing = await shop.missingIndexes()
    return missing.length > 0 ? [`the indexes ${missing.join(', ')} are missing`] : []
  },

  'the search indexes of names': ({ query }) => auditSearch(query),

  'the lists of orders': async ({ query, dialect }) => (dialect === 'sqlite' ? auditOrderLists(query) : []),
}

/** @throws MigrationMismatch */
async function pendingOf(shop: Snapshot): Promise<string[]> {
  const history = await shop.history()
  if (history.length === 0) throw new Error('the database holds no shop')
  return pendingMigrations(await loadMigrations(shop.dialect), history).map(({ name }) => name)
}

/**
 * Checks the data of the shop at `url` in a snapshot, while servers use it, and yields the verdict of each check when it is
 * done. Reads every row: minutes for millions of orders.
 * @throws MigrationMismatch if this program does not fit the database; Error for one without a shop, or with pending migrations
 */
export async function* verifyShop(url: string): AsyncGenerator<Verdict> {
  let damage: string[] = []
  const shop = await openSnapshot(url, {
    onDamage(faults) {
      damage = faults
    },
  })
  try {
    yield { subject: "the database's own pages and tables", faults: damage }
    const pending = await pendingOf(shop)
    if (pending.length > 0)
      throw new Error(`migrations are pending (${pending.join(', ')}): stockroom migrate applies them`)
    for (const [subject, check] of Object.entries(CHECKS)) yield { subject, faults: await check(shop) }
  } finally {
    await shop.close()
  }
}
