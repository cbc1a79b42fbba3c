import { LRUCache } from 'lru-cache'
import type { ProductView } from '../../contract/product.js'
import type { Db } from '../../db/db.js'
import { currentTime } from '../../ids.js'
import { Batch, type BatchContext } from '../batches/batch.js'
import { idsNamed, productsOf } from '../batches/hold-products.js'
import { planLines } from './plan-lines.js'
import type { FieldRules, ProductLine } from './product-line.js'

/** Products changed by earlier batches that a dry run remembers, the latest ones. */
const MAX_REMEMBERED = 100_000

/**
 * Creates the function that plans batches without a change. What earlier batches would have changed counts for later ones,
 * so that the counts are those of an import.
 */
export function createDryRun(db: Db) {
  const remembered = new LRUCache<string, ProductView>({ max: MAX_REMEMBERED })
  const idBySku = new LRUCache<string, string>({ max: MAX_REMEMBERED })

  return async (lines: ProductLine[], context: Omit<BatchContext, 'at'>, rules: FieldRules) => {
    const start = performance.now()
    const names = lines.map(({ fields }) => fields)
    const ids = await db.steps.step(() => idsNamed(db, db.read, names))
    const stored = await db.steps.step(() => productsOf(db, db.read, ids))
    const named = lines.flatMap(({ fields }) => (fields.sku && idBySku.get(fields.sku)) || [])
    const products = new Map(stored.map((product) => [product.id, product]))
    for (const id of [...ids, ...named]) {
      const changed = remembered.get(id)
      if (changed) products.set(id, changed)
    }
    const batch = new Batch({ ...context, at: currentTime() })
    const result = planLines(batch, lines, [...products.values()], rules)
    for (const { product } of batch.changed) {
      remembered.set(product.id, product)
      if (product.sku !== null) idBySku.set(product.sku, product.id)
    }
    return { result, ms: performance.now() - start, announced: 0 }
  }
}
