import type { Bulk } from '../bulk.js'

const INSERT_PRODUCTS = `
  INSERT INTO products (id, name, name_sort, price, stock, created_at, updated_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?, ? FROM json_each(?)`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id, signature)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`

const BOOK_STOCK = `
  INSERT INTO stock_adjustments (id, product_id, user_id, delta, reason, created_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?, ? FROM json_each(?)`

export const bulk: Bulk = {
  async insertProducts(tx, rows, at) {
    const values = rows.map((row) => [row.id, row.name, row.nameSort, row.price, row.stock])
    await tx.$executeRawUnsafe(INSERT_PRODUCTS, at, at, JSON.stringify(values))
  },

  async insertTerms(tx, rows) {
    await tx.$executeRawUnsafe(INSERT_TERMS, JSON.stringify(rows))
  },

  async bookStock(tx, rows, reason, at) {
    const values = rows.map((row) => [row.id, row.productId, row.userId, row.stock])
    await tx.$executeRawUnsafe(BOOK_STOCK, reason, at, JSON.stringify(values))
  },
}
