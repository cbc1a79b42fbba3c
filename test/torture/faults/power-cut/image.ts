import { join } from 'node:path'
import { migrate, openDb } from '../../../../src/db/open.js'
import { auditBooks } from '../../../helpers/books.js'

/**
 * Opens the SQLite database in the folder `data` after a power cut, like Stockroom does.
 * @param acknowledged the number of acknowledged orders
 * @throws Error if the database is damaged, has fewer orders, or has inconsistent books or an inconsistent log
 */
export async function checkImage(data: string, acknowledged: number): Promise<void> {
  const url = `file:${join(data, 'stockroom.db')}`
  await migrate(url)
  const db = await openDb(url)
  try {
    const damages = await db.read.$queryRawUnsafe<{ integrity_check: string }[]>('PRAGMA integrity_check')
    const orders = await db.read.order.count()
    const faults = [
      ...damages.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...(orders < acknowledged
        ? [`${acknowledged} orders were acknowledged, but only ${orders} exist`]
        : []),
      ...(await auditBooks(db)),
    ]
    if (faults.length > 0) throw new Error(`after a power cut: ${faults.join('; ')}`)
  } finally {
    await db.close()
  }
}
