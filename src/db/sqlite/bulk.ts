import { auditValues, type Bulk, bookingValues } from '../bulk.js'
import { productColumns, productValues, updatedColumns } from '../product-columns.js'
import { inTurns } from './in-turns.js'
import { direct } from './raw-transaction.js'

const INSERT_PRODUCT = `
  INSERT INTO products (${productColumns}, created_at, updated_at)
  VALUES (${productColumns.map(() => '?')}, ?, ?)`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id, signature)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`

const INSERT_FORMER_NAME = `
  INSERT INTO former_names (product_id, name, rules) VALUES (?, ?, ?)
  ON CONFLICT (product_id, name) DO UPDATE SET rules = excluded.rules`

const INSERT_FORMER_TERMS = `
  INSERT INTO former_terms (term, product_id)
  SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE 1 = 1 ON CONFLICT DO NOTHING`

const BOOK_CHANGE = `
  INSERT INTO stock_adjustments (id, product_id, user_id, key_id, delta, stock_after, cause, reason, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

const FIND_SKUS = `
  SELECT products.id FROM json_each(?) AS wanted CROSS JOIN products INDEXED BY products_live_sku_key
  ON products.sku = wanted.value AND products.sku IS NOT NULL AND products.deleted_at IS NULL`

const CLEAR_SKU = 'UPDATE products SET sku = NULL WHERE id = ? AND sku IS NOT ?'
const UPDATE_PRODUCT = `
  UPDATE products SET ${updatedColumns.map((name) => `${name} = ?`)}, version = version + ?, updated_at = ?
  WHERE id = ?`

const INSERT_AUDIT = `
  INSERT INTO audit_entries (id, actor_type, actor_id, action, subject_type, subject_id, details, request_id, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

export const bulk: Bulk = {
  async insertProducts(tx, rows, at) {
    const { run } = direct(tx)
    await inTurns(rows, (row) => run(INSERT_PRODUCT, ...productValues(row), at, at))
  },

  async insertTerms(tx, rows) {
    await tx.$executeRawUnsafe(INSERT_TERMS, JSON.stringify(rows))
  },

  async insertFormerNames(tx, rows, rules) {
    const { run } = direct(tx)
    await inTurns(rows, ([id, name]) => run(INSERT_FORMER_NAME, id, name, rules))
  },

  async insertFormerTerms(tx, rows) {
    await tx.$executeRawUnsafe(INSERT_FORMER_TERMS, JSON.stringify(rows))
  },

  async bookChanges(tx, rows, at) {
    const { run } = direct(tx)
    await inTurns(rows, (row) => run(BOOK_CHANGE, ...bookingValues(row), at))
  },

  async findSkus(reader, skus) {
    const rows = await reader.$queryRawUnsafe<{ id: string }[]>(FIND_SKUS, JSON.stringify(skus))
    return rows.map(({ id }) => id)
  },

  async updateProducts(tx, rows, at) {
    const { run } = direct(tx)
    await inTurns(rows, ({ id, sku }) => run(CLEAR_SKU, id, sku))
    await inTurns(rows, (row) => {
      const [id, ...values] = productValues(row)
      run(UPDATE_PRODUCT, ...values, row.changes, at, id ?? null)
    })
  },

  async deleteTerms(tx, productIds) {
    const { run } = direct(tx)
    await inTurns(productIds, (id) => run('DELETE FROM product_terms WHERE product_id = ?', id))
  },

  async insertAudits(tx, rows) {
    const { run } = direct(tx)
    await inTurns(rows, (row) => run(INSERT_AUDIT, ...auditValues(row), row.at))
  },
}
