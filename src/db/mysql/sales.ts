import type { SalesWrites } from '../sales-writes.js'
import { ID } from './values.js'

const ADD_SLOTS = `
  INSERT INTO sales_slots (slot, orders, takings)
  SELECT made.slot, made.orders, made.takings FROM JSON_TABLE(?, '$[*]' COLUMNS (
    slot INT PATH '$[0]', orders INT PATH '$[1]', takings BIGINT PATH '$[2]')) AS made
  ON DUPLICATE KEY UPDATE orders = sales_slots.orders + VALUES(orders),
    takings = sales_slots.takings + VALUES(takings)`

const ADD_PRODUCTS = `
  INSERT INTO sales_days (day, product_id, units, takings)
  SELECT made.day, made.product_id, made.units, made.takings FROM JSON_TABLE(?, '$[*]' COLUMNS (
    day INT PATH '$[0]', product_id ${ID} PATH '$[1]', units BIGINT PATH '$[2]', takings BIGINT PATH '$[3]')) AS made
  ON DUPLICATE KEY UPDATE units = sales_days.units + VALUES(units),
    takings = sales_days.takings + VALUES(takings)`

export const sales: SalesWrites = {
  async addSlots(tx, rows) {
    const values = rows.map(({ slot, orders, takings }) => [slot, orders, takings])
    await tx.$executeRawUnsafe(ADD_SLOTS, JSON.stringify(values))
  },

  async addProducts(tx, rows) {
    const values = rows.map(({ day, productId, units, takings }) => [day, productId, units, takings])
    await tx.$executeRawUnsafe(ADD_PRODUCTS, JSON.stringify(values))
  },
}
