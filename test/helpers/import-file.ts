import type { App } from '../../src/app.js'

export const CSV = 'text/csv'
export const NDJSON = 'application/x-ndjson'

/** Sends `file` to POST /products/import. */
export const importFile = (
  app: App,
  headers: Record<string, string>,
  file: string | Buffer,
  { type = CSV, query = '' } = {},
) =>
  app.inject({
    method: 'POST',
    url: `/products/import${query}`,
    headers: { ...headers, 'content-type': type },
    payload: file,
  })

/** Returns the products on sale by their name, without ids and times. */
export async function productsByName(app: App) {
  const rows = await app.db.read.product.findMany({
    where: { deletedAt: null },
    orderBy: { nameSort: 'asc' },
  })
  return rows.map(({ sku, name, price, stock, lowStockThreshold }) => ({
    sku,
    name,
    price,
    stock: Number(stock),
    lowStockThreshold,
  }))
}
