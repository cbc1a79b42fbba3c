import type { ProductView } from '../../contract/product.js'
import type { FieldFault } from '../../errors.js'
import type { Batch, Changed } from '../batches/batch.js'
import { MAX_STOCK, type NewProduct, STOCK_FAULT } from '../product.js'
import {
  type FieldRules,
  type LineFault,
  type LineFields,
  onePerField,
  type ProductLine,
} from './product-line.js'

/** Counts of lines. */
export interface Tally {
  created: number
  updated: number
  unchanged: number
  failed: number
}

/** The outcomes of the lines of a batch. */
export interface Outcome {
  tally: Tally
  faults: LineFault[]
}

/**
 * Decides each line in sequence, as if it came alone: a line with the id or else the SKU of a product updates it, any
 * other creates one. A line at fault is decided too: as a new product, it may also lack fields.
 * @param products those named by the lines, locked
 */
export function planLines(
  batch: Batch,
  lines: ProductLine[],
  products: ProductView[],
  rules: FieldRules,
): Outcome {
  const tally: Tally = { created: 0, updated: 0, unchanged: 0, failed: 0 }
  const faults: LineFault[] = []
  const byId = new Map(
    products.map((product): [string, Changed] => [product.id, { product, before: product, changes: 0 }]),
  )
  const bySku = new Map<string, Changed>()

  function know(one: Changed) {
    byId.set(one.product.id, one)
    if (one.product.sku !== null) bySku.set(one.product.sku, one)
  }
  for (const one of byId.values()) know(one)

  /** Returns the conflicts of `fields` with `one` and other products. */
  function conflictsOf(one: Changed, { sku, stock = 0 }: LineFields): FieldFault[] {
    const isTaken = sku && (bySku.get(sku) ?? one) !== one
    // Cancelled orders may have raised the stock above the maximum: it may stay so.
    const isOver = stock > MAX_STOCK && stock !== one.product.stock
    return [
      ...(isTaken ? [{ path: 'sku', message: 'belongs to another product' }] : []),
      ...(isOver ? [{ path: 'stock', message: STOCK_FAULT }] : []),
    ]
  }

  for (const { line, fields, faults: known } of lines) {
    const one = (fields.id && byId.get(fields.id)) || (fields.sku && bySku.get(fields.sku))
    const { id: _id, ...values } = fields
    const found = onePerField([...known, ...(one ? conflictsOf(one, fields) : rules.ofNew(values))])
    if (found.length > 0) {
      tally.failed++
      faults.push(...found.map((fault) => ({ line, ...fault })))
    } else if (one) {
      const { sku } = one.product
      if (batch.update(one, values)) {
        if (sku !== null) bySku.delete(sku) // others may take it now
        know(one)
        tally.updated++
      } else tally.unchanged++
    } else {
      know(batch.create(values as NewProduct)) // by the rules, no required field is missing
      tally.created++
    }
  }
  return { tally, faults }
}
