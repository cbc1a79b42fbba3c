import type { SalesWrites } from '../sales-writes.js'

// WHERE: without it the parser takes ON for the condition of a join.
const ADD_SLOTS = `
  INSERT INTO sales_slots (slot, orders, takings)
  SELECT made.value ->> 0, made.value ->> 1, made.value ->> 2 FROM json_each(?) AS made WHERE 1
  ON CONFLICT (slot) DO UPDATE SET orders = orders + excluded.orders, takings = takings + excluded.takings`

const ADD_PRODUCTS = `
  INSERT INTO sales_days (day, product_id, units, takings)
  SELECT made.value ->> 0, made.value ->> 1, made.value ->> 2, made.value ->> 3 FROM json_each(?) AS made WHERE 1
  ON CONFLICT (day, product_id) DO UPDATE SET units = units + excluded.units, takings = takings + excluded.takings`

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
