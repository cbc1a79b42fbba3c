import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { keepFormerNames } from './former-names.js'
import { sortedTerms } from './search/sorted-terms.js'

interface Named {
  id: string
  name: string
}

/** Writes the search terms of new products. */
export const indexNames = ({ dialect }: Db, tx: Tx, products: Named[]): Promise<void> =>
  dialect.bulk.insertTerms(tx, sortedTerms(products))

/**
 * Replaces the search terms of products that are renamed, and keeps the names by which their orders are found.
 * @param renamed with the names they had before
 */
export async function renameProducts(
  db: Db,
  tx: Tx,
  renamed: (Named & { formerName: string })[],
): Promise<void> {
  if (renamed.length === 0) return
  await forgetNames(
    db,
    tx,
    renamed.map(({ id, formerName }) => ({ id, name: formerName })),
  )
  await indexNames(db, tx, renamed)
}

/** Deletes the search terms of products that leave their names, and keeps the names by which their orders are found. */
export async function forgetNames(db: Db, tx: Tx, former: Named[]): Promise<void> {
  await keepFormerNames(
    db,
    tx,
    former.map(({ id: productId, name }) => ({ productId, name })),
  )
  await db.dialect.bulk.deleteTerms(
    tx,
    former.map(({ id }) => id),
  )
}
