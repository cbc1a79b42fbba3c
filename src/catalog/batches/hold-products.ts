import type { ProductView } from '../../contract/product.js'
import type { Db } from '../../db/db.js'
import type { RawTx, Tx } from '../../db/transaction.js'
import { isId, observeTime } from '../../ids.js'
import { isSku, viewProduct } from '../product.js'

/** How a line names a product: by its id or its SKU. */
export interface ProductName {
  id?: string | undefined
  sku?: string | null | undefined
}

const distinct = (values: (string | null | undefined)[]) => [
  ...new Set(values.filter((value): value is string => typeof value === 'string')),
]

/** Returns the ids of the products possibly meant by `names`, in order. Some may not exist. */
export async function idsNamed(
  db: Db,
  reader: Pick<RawTx, '$queryRawUnsafe'>,
  names: ProductName[],
): Promise<string[]> {
  const skus = distinct(names.map(({ sku }) => sku)).filter(isSku)
  const known = skus.length > 0 ? await db.dialect.bulk.findSkus(reader, skus) : []
  return distinct([...names.map(({ id }) => id), ...known])
    .filter(isId)
    .sort()
}

/** Returns the products on sale among `ids`. */
export async function productsOf(
  { money }: Pick<Db, 'money'>,
  { product }: Pick<Db['read'], 'product'>,
  ids: string[],
): Promise<ProductView[]> {
  if (ids.length === 0) return []
  const rows = await product.findMany({ where: { id: { in: ids }, deletedAt: null } })
  return rows.map((row) => viewProduct(row, money))
}

/** Locks the products on sale named by `names`, and returns them as they are then. */
export async function holdProducts(db: Db, tx: Tx, names: ProductName[]): Promise<ProductView[]> {
  const { dialect } = db
  const locked: string[] = []
  const tried = new Set<string>()
  for (;;) {
    const ids = (await idsNamed(db, tx, names)).filter((id) => !tried.has(id))
    if (ids.length === 0) break
    for (const { id, updatedAt } of await dialect.lockProducts(tx, ids, true)) {
      locked.push(id)
      // The ids of their stock changes ascend in commit order.
      if (dialect.remote) observeTime(updatedAt)
    }
    for (const id of ids) tried.add(id)
    if (!dialect.remote) break
    // A SKU may have moved to another product before its own was locked: look again.
  }
  return productsOf(db, tx, locked)
}
