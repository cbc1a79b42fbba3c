import type { Bulk } from '../bulk.js'
import { datetime, ID } from './values.js'

const INSERT_PRODUCTS = `
  INSERT INTO products (id, name, name_sort, price, stock, created_at, updated_at)
  SELECT id, name, name_sort, price, stock, ?, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', name VARCHAR(400) PATH '$[1]', name_sort VARCHAR(400) PATH '$[2]', price INT PATH '$[3]',
    stock BIGINT PATH '$[4]')) AS made`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id, signature)
  SELECT term, product_id, signature
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    term VARCHAR(64) PATH '$[0]', product_id ${ID} PATH '$[1]', signature BIGINT PATH '$[2]')) AS terms`

const BOOK_STOCK = `
  INSERT INTO stock_adjustments (id, product_id, user_id, delta, reason, created_at)
  SELECT id, product_id, user_id, delta, ?, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', product_id ${ID} PATH '$[1]', user_id ${ID} PATH '$[2]', delta BIGINT PATH '$[3]')) AS booked`

// The default max_allowed_packet is 16 MiB, and the time to parse a JSON text grows faster than its length.
const ROWS_PER_STATEMENT = 1_000

async function inBatches<T>(rows: T[], insert: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT)
    await insert(rows.slice(i, i + ROWS_PER_STATEMENT))
}

export const bulk: Bulk = {
  insertProducts: (tx, rows, at) =>
    inBatches(rows, (part) => {
      const values = part.map((row) => [row.id, row.name, row.nameSort, row.price, row.stock])
      return tx.$executeRawUnsafe(INSERT_PRODUCTS, datetime(at), datetime(at), JSON.stringify(values))
    }),

  insertTerms: (tx, rows) =>
    inBatches(rows, (part) => tx.$executeRawUnsafe(INSERT_TERMS, JSON.stringify(part))),

  bookStock: (tx, rows, reason, at) =>
    inBatches(rows, (part) => {
      const values = part.map((row) => [row.id, row.productId, row.userId, row.stock])
      return tx.$executeRawUnsafe(BOOK_STOCK, reason, datetime(at), JSON.stringify(values))
    }),
}
