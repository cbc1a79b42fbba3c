/** Checks after a run that the books and the ledgers balance, and that no acknowledged order is missing. */
import { auditLog, auditShop } from '../src/db/audit.js'
import { auditLedger } from '../src/db/audit-ledger.js'
import { openDb } from '../src/db/open.js'

export interface AuditOptions {
  /** Orders answered with 201. */
  acknowledged: number
  /** Orders possibly in flight when the load stopped: committed, with the response unread. */
  unanswered: number
  /** Whether an event log was written. */
  log?: boolean
  /** Whether the stock after each order was written. */
  ledger?: boolean
}

/** Audits the database at `url`. @returns a description of each fault. */
export async function audit(
  url: string,
  { acknowledged, unanswered, log = true, ledger = true }: AuditOptions,
): Promise<string[]> {
  const db = await openDb(url)
  try {
    const query = (sql: string) => db.read.$queryRawUnsafe<Record<string, unknown>[]>(sql)
    const orders = await db.read.order.count()
    const faults = [...(await auditShop(query)), ...(ledger ? await auditLedger(query) : [])]
    if (orders < acknowledged || orders > acknowledged + unanswered)
      faults.push(`${acknowledged} orders acknowledged, ${orders} in the database`)
    return log ? [...faults, ...(await auditLog(query, db.dialect.name))] : faults
  } finally {
    await db.close()
  }
}
