import type { Db } from '../../src/db/db.js'
import type { Draft, EventLog } from '../../src/stream/log.js'
import { SYSTEM } from '../../src/stream/origin.js'

/** An event, for tests independent of its type. */
export const stockDraft = (stock: number): Draft => ({
  type: 'stock:changed',
  userId: null,
  data: { productId: 'p', stock },
  origin: SYSTEM,
})

/** Appends `drafts` in one transaction, at the time `at`. */
export const append = (db: Db, log: EventLog, drafts: Draft[], at = Date.now()): Promise<void> =>
  db.write((tx) => log.append(tx, drafts, at))

/** Appends `count` events in one transaction, at the time `at`. */
export const appendMany = (db: Db, log: EventLog, count: number, at?: number): Promise<void> =>
  append(
    db,
    log,
    Array.from({ length: count }, (_, i) => stockDraft(i)),
    at,
  )
