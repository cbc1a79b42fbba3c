import type { DeletedProductView } from '../contract/product.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { isId } from '../ids.js'
import { viewProduct } from './product.js'

export interface DeletedQuery {
  limit: number
  cursor?: string | undefined
}

/** The place of a product in the list. */
interface Position {
  deletedAt: Date
  id: string
}

const toCursor = ({ deletedAt, id }: Position) =>
  Buffer.from(`${deletedAt.getTime()} ${id}`).toString('base64url')

/** @throws Problem invalidRequest for a forged or malformed cursor */
function fromCursor(cursor: string): Position {
  const [time = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!/^\d{1,13}$/.test(time) || !isId(id) || rest.length > 0)
    throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return { deletedAt: new Date(Number(time)), id }
}

/** Selects what follows a position. The first condition is the range of the index, whose order is that of the list. */
const behind = ({ deletedAt, id }: Position) => ({
  deletedAt: { lte: deletedAt },
  OR: [{ deletedAt: { lt: deletedAt } }, { id: { lt: id } }],
})

/**
 * Returns a page of the deleted products, the last to be deleted first.
 * @throws Problem invalidRequest for a forged or malformed cursor
 */
export async function listDeleted(
  { read, money }: Db,
  { limit, cursor }: DeletedQuery,
): Promise<{ items: DeletedProductView[]; nextCursor: string | null }> {
  const rows = await read.product.findMany({
    where: cursor === undefined ? { deletedAt: { not: null } } : behind(fromCursor(cursor)),
    orderBy: [{ deletedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1, // one extra row tells whether there is another page
  })
  const deleted = rows.flatMap((row) => (row.deletedAt ? [{ ...row, deletedAt: row.deletedAt }] : []))
  const page = deleted.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({ ...viewProduct(row, money), deletedAt: row.deletedAt.toISOString() })),
    nextCursor: deleted.length > limit && last ? toCursor(last) : null,
  }
}
