import { auditValues, type Bulk, bookingValues } from '../bulk.js'
import {
  PRODUCT_COLUMNS,
  type ProductRow,
  productColumns,
  productValues,
  updatedColumns,
} from '../product-columns.js'
import { datetime, ID } from './values.js'

const TYPES: Record<keyof ProductRow, string> = {
  id: ID,
  sku: 'VARCHAR(64)',
  name: 'VARCHAR(400)',
  nameSort: 'VARCHAR(400)',
  price: 'INT',
  stock: 'BIGINT',
  lowStockThreshold: 'INT',
  metadata: 'TEXT',
}
const members = Object.keys(PRODUCT_COLUMNS) as (keyof ProductRow)[]
const paths = members.map((member, i) => `${PRODUCT_COLUMNS[member]} ${TYPES[member]} PATH '$[${i}]'`)

const INSERT_PRODUCTS = `
  INSERT INTO products (${productColumns}, created_at, updated_at)
  SELECT ${productColumns}, ?, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (${paths})) AS made`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id, signature)
  SELECT term, product_id, signature
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    term VARCHAR(64) PATH '$[0]', product_id ${ID} PATH '$[1]', signature BIGINT PATH '$[2]')) AS terms`

const INSERT_FORMER_NAMES = `
  INSERT INTO former_names (product_id, name, rules)
  SELECT product_id, name, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (product_id ${ID} PATH '$[0]', name VARCHAR(400) PATH '$[1]')) AS former
  ON DUPLICATE KEY UPDATE former_names.rules = ?`

const INSERT_FORMER_TERMS = `
  INSERT IGNORE INTO former_terms (term, product_id)
  SELECT term, product_id
  FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(64) PATH '$[0]', product_id ${ID} PATH '$[1]')) AS terms`

const BOOK_CHANGES = `
  INSERT INTO stock_adjustments (id, product_id, user_id, key_id, delta, stock_after, cause, reason, created_at)
  SELECT id, product_id, user_id, key_id, delta, stock_after, cause, reason, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', product_id ${ID} PATH '$[1]', user_id ${ID} PATH '$[2]', key_id ${ID} PATH '$[3]',
    delta BIGINT PATH '$[4]', stock_after BIGINT PATH '$[5]', cause VARCHAR(16) PATH '$[6]',
    reason VARCHAR(800) PATH '$[7]')) AS booked`

const FIND_SKUS = `
  SELECT products.id FROM JSON_TABLE(?, '$[*]' COLUMNS (
    sku VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) AS wanted
  STRAIGHT_JOIN products FORCE INDEX (products_live_sku_key) ON products.live_sku = wanted.sku`

const CLEAR_SKUS = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id ${ID} PATH '$[0]', sku VARCHAR(64) PATH '$[1]')) AS wanted
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = wanted.id
  SET products.sku = NULL WHERE NOT products.sku <=> wanted.sku`

const UPDATE_PRODUCTS = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (${paths}, changes INT PATH '$[${paths.length}]')) AS wanted
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = wanted.id
  SET ${updatedColumns.map((name) => `products.${name} = wanted.${name}`)},
      products.version = products.version + wanted.changes, products.updated_at = ?`

const DELETE_TERMS = `
  DELETE product_terms FROM JSON_TABLE(?, '$[*]' COLUMNS (id ${ID} PATH '$')) AS wanted
  STRAIGHT_JOIN product_terms ON product_terms.product_id = wanted.id`

const INSERT_AUDITS = `
  INSERT INTO audit_entries (id, actor_type, actor_id, action, subject_type, subject_id, details, request_id, at)
  SELECT id, actor_type, actor_id, action, subject_type, subject_id, details, request_id, at
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', actor_type VARCHAR(8) PATH '$[1]', actor_id ${ID} PATH '$[2]', action VARCHAR(64) PATH '$[3]',
    subject_type VARCHAR(16) PATH '$[4]', subject_id ${ID} PATH '$[5]', details TEXT PATH '$[6]',
    request_id VARCHAR(36) PATH '$[7]', at DATETIME(3) PATH '$[8]')) AS told`

// The default max_allowed_packet is 16 MiB, and the time to parse a JSON text grows faster than its length.
const ROWS_PER_STATEMENT = 1_000

async function inBatches<T>(rows: T[], insert: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT)
    await insert(rows.slice(i, i + ROWS_PER_STATEMENT))
}

export const bulk: Bulk = {
  insertProducts: (tx, rows, at) =>
    inBatches(rows, (part) => {
      const values = JSON.stringify(part.map(productValues))
      return tx.$executeRawUnsafe(INSERT_PRODUCTS, datetime(at), datetime(at), values)
    }),

  insertTerms: (tx, rows) =>
    inBatches(rows, (part) => tx.$executeRawUnsafe(INSERT_TERMS, JSON.stringify(part))),

  insertFormerNames: (tx, rows, rules) =>
    inBatches(rows, (part) => tx.$executeRawUnsafe(INSERT_FORMER_NAMES, rules, JSON.stringify(part), rules)),

  insertFormerTerms: (tx, rows) =>
    inBatches(rows, (part) => tx.$executeRawUnsafe(INSERT_FORMER_TERMS, JSON.stringify(part))),

  bookChanges: (tx, rows, at) =>
    inBatches(rows, (part) =>
      tx.$executeRawUnsafe(BOOK_CHANGES, datetime(at), JSON.stringify(part.map(bookingValues))),
    ),

  async findSkus(reader, skus) {
    const rows = await reader.$queryRawUnsafe<{ id: string }[]>(FIND_SKUS, JSON.stringify(skus))
    return rows.map(({ id }) => id)
  },

  updateProducts: (tx, rows, at) =>
    inBatches(rows, async (part) => {
      await tx.$executeRawUnsafe(CLEAR_SKUS, JSON.stringify(part.map(({ id, sku }) => [id, sku])))
      const values = part.map((row) => [...productValues(row), row.changes])
      await tx.$executeRawUnsafe(UPDATE_PRODUCTS, JSON.stringify(values), datetime(at))
    }),

  deleteTerms: (tx, productIds) =>
    inBatches(productIds, (part) => tx.$executeRawUnsafe(DELETE_TERMS, JSON.stringify(part))),

  insertAudits: (tx, rows) =>
    inBatches(rows, (part) => {
      const values = part.map((row) => [...auditValues(row), datetime(row.at)])
      return tx.$executeRawUnsafe(INSERT_AUDITS, JSON.stringify(values))
    }),
}
