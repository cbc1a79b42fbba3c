import type { Query } from './audit.js'

const SHOWN = 3

/**
 * Every row of a product's ledger, with the one before it. The ids ascend in the order of the commits, whichever table a row
 * is in.
 */
const CHAIN = `WITH changes AS (
    SELECT id, product_id, -quantity AS delta, stock_after FROM orders
    UNION ALL SELECT id, product_id, delta, stock_after FROM stock_adjustments
    UNION ALL SELECT id, product_id, delta, stock_after FROM order_changes WHERE product_id IS NOT NULL
  ), chain AS (
    SELECT id, product_id, delta, stock_after,
      LAG(id) OVER (PARTITION BY product_id ORDER BY id) AS previous,
      LAG(stock_after) OVER (PARTITION BY product_id ORDER BY id) AS stock_before,
      LEAD(id) OVER (PARTITION BY product_id ORDER BY id) AS next
    FROM changes
  )`

/** A product's first row starts from no stock, unless an earlier version wrote it: those stored no `stock_after`. */
const BROKEN = `${CHAIN}
  SELECT id FROM chain
  WHERE stock_after <> delta + CASE WHEN previous IS NULL THEN 0 ELSE stock_before END
    OR (stock_after IS NULL AND stock_before IS NOT NULL)
  ORDER BY id`

const ENDS_ELSEWHERE = `${CHAIN}
  SELECT products.id FROM chain JOIN products ON products.id = chain.product_id
  WHERE chain.next IS NULL AND chain.stock_after <> products.stock
  ORDER BY products.id`

/**
 * Checks the ledgers and returns the violations in words: each row must lead from the stock before it to the stock after
 * it, and the last one to the product's stock. Sorts all orders by product.
 */
export async function auditLedger(query: Query): Promise<string[]> {
  const faults: string[] = []
  const report = async (sql: string, fault: (count: number) => string) => {
    const rows = await query(sql)
    const ids = rows.slice(0, SHOWN).map(({ id }) => id)
    if (rows.length > 0) faults.push(`${fault(rows.length)}: ${ids.join(', ')} …`)
  }
  await report(BROKEN, (count) => `${count} rows of the ledger do not follow from those before them`)
  await report(ENDS_ELSEWHERE, (count) => `the ledgers of ${count} products do not end at their stock`)
  return faults
}
