import type { Db } from './types.js'

/**
 * The highest ids below `bound` of the rows that are listed in the order of their ids: each a look at the end of an index.
 */
export async function newestIds({ read }: Db, bound: string): Promise<string[]> {
  const newest = { where: { id: { lt: bound } }, orderBy: { id: 'desc' }, select: { id: true } } as const
  const rows = await Promise.all([read.order.findFirst(newest), read.product.findFirst(newest)])
  return rows.flatMap((row) => row?.id ?? [])
}
