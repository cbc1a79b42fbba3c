import type { Db } from './db.js'

/**
 * Returns the highest ids below `bound` in the tables listed by id. Each is one lookup at the end of an
 * index.
 */
export async function newestIds({ read }: Db, bound: string): Promise<string[]> {
  const newest = { where: { id: { lt: bound } }, orderBy: { id: 'desc' }, select: { id: true } } as const
  const rows = await Promise.all([read.order.findFirst(newest), read.product.findFirst(newest)])
  return rows.flatMap((row) => row?.id ?? [])
}
