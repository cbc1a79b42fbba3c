import type { ProductView } from '../contract/product.js'
import {
  type FieldFault,
  insufficientStock,
  invalidRequest,
  notFound,
  Problem,
  problems,
  stockLimit,
} from '../errors.js'
import type { Remember } from '../idempotency/remember.js'
import type { Batch, Changed } from './batches/batch.js'
import { createBatchWriter } from './batches/write-batch.js'
import { MAX_STOCK, STOCK_FAULT } from './product.js'
import type { CatalogOptions, Change } from './product-transactions.js'

/** A product, by its SKU or its id, and its counted stock or an adjustment. */
export interface StockLine {
  sku?: string
  productId?: string
  stock?: number
  delta?: number
  /** The stock that the line is about: with another one, it changes nothing. */
  expected?: number
}

/** The outcome of a line: the product as it is now, or the reason why it was left as it is. */
export type StockOutcome = { line: StockLine; product: ProductView } | { line: StockLine; problem: Problem }

interface Stocktake {
  lines: StockLine[]
  /** Recorded with each change. */
  reason?: string | undefined
}

/** Who takes stock, and how. */
export interface StocktakeChange extends Omit<Change, 'accepts' | 'remember'> {
  remember?: Remember<StockOutcome[]> | undefined
}

const notExpected = ({ id: productId, stock: available }: ProductView, expected: number) =>
  new Problem(problems.stockChanged, `${expected} expected, ${available} in stock.`, {
    extra: { productId, expected, available },
  })

/** Returns the stock of `product` after `line`. @throws Problem stockChanged, insufficientStock, stockLimit */
function stockAfter({ stock, delta = 0, expected }: StockLine, product: ProductView): number {
  const before = product.stock
  if (expected !== undefined && expected !== before) throw notExpected(product, expected)
  const after = stock ?? before + delta
  if (after < 0) throw insufficientStock(product.id, -delta, before)
  // Cancelled orders may have raised the stock above the maximum: it may be lowered by a part.
  if (delta > 0 && after > MAX_STOCK) throw stockLimit(MAX_STOCK)
  return after
}

function outcomeOf(
  batch: Batch,
  line: StockLine,
  one: Changed | undefined,
  reason: string | undefined,
): StockOutcome {
  if (!one) return { line, problem: notFound('product') }
  try {
    batch.adjust(one, stockAfter(line, one.product), reason)
    return { line, product: one.product }
  } catch (problem) {
    if (problem instanceof Problem) return { line, problem }
    throw problem
  }
}

/** Finds lines whose product an earlier one has. */
function repeatedLines(lines: StockLine[], found: (Changed | undefined)[]): FieldFault[] {
  const firsts = new Map<string, number>()
  return lines.flatMap(({ productId, sku }, i) => {
    const key = found[i]?.product.id ?? JSON.stringify([productId, sku])
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, i)
    const name = sku === undefined ? 'productId' : 'sku'
    return first === undefined
      ? []
      : [{ path: `items.${i}.${name}`, message: `is the product of items.${first}` }]
  })
}

/** Finds lines with a stock above the maximum, except a stock already raised to it by cancelled orders. */
const excessiveLines = (lines: StockLine[], found: (Changed | undefined)[]): FieldFault[] =>
  lines.flatMap(({ stock = 0 }, i) =>
    stock > MAX_STOCK && stock !== found[i]?.product.stock
      ? [{ path: `items.${i}.stock`, message: STOCK_FAULT }]
      : [],
  )

/**
 * Adjusts the products of the lines.
 * @throws Problem invalidRequest naming the lines with the product of another line, or with too much stock
 */
function plan(batch: Batch, products: ProductView[], { lines, reason }: Stocktake): StockOutcome[] {
  const all = products.map((product): Changed => ({ product, before: product, changes: 0 }))
  const byId = new Map(all.map((one) => [one.product.id, one]))
  const bySku = new Map(all.map((one) => [one.product.sku, one]))
  const found = lines.map(({ productId, sku }) =>
    sku === undefined ? byId.get(productId ?? '') : bySku.get(sku),
  )
  const faults = [...repeatedLines(lines, found), ...excessiveLines(lines, found)]
  if (faults.length > 0) throw invalidRequest(faults)
  return lines.map((line, i) => outcomeOf(batch, line, found[i], reason))
}

/** Creates the change of the stock of many products at once. */
export function createStocktake(options: CatalogOptions) {
  const write = createBatchWriter(options)
  const { lowStockThreshold } = options

  return {
    /**
     * Sets or adjusts the stock of up to a thousand products in one transaction. A refused line changes nothing and
     * harms no other.
     * @returns the outcomes in the order of the lines
     * @throws Problem invalidRequest if lines name the same product, or a stock above the maximum
     */
    async takeStock(stocktake: Stocktake, { remember, ...actor }: StocktakeChange): Promise<StockOutcome[]> {
      const { result } = await write({
        names: stocktake.lines.map(({ productId: id, sku }) => ({ id, sku })),
        context: { actor, lowStockThreshold },
        plan: (batch, products) => plan(batch, products, stocktake),
        remember,
      })
      return result
    },
  }
}
