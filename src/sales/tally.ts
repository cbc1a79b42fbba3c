import type { Dialect } from '../db/dialect.js'
import type { ProductSales, SlotSales } from '../db/sales-writes.js'
import type { RawTx } from '../db/transaction.js'

export const SLOT_MS = 15 * 60_000
const DAY_MS = 24 * 60 * 60_000

export const slotOf = (at: number): number => Math.floor(at / SLOT_MS)
export const dayOf = (at: number): number => Math.floor(at / DAY_MS)

/** The contribution of an order to the figures. */
export interface SoldOrder {
  productId: string
  quantity: number
  /** In minor units. */
  totalPrice: number
  /** When it was placed, in milliseconds since 1970. */
  at: number
}

/** Changes of the figures, summed up before they are written. */
export class Tally {
  readonly #slots = new Map<number, SlotSales>()
  readonly #products = new Map<string, ProductSales>()

  /** Number of products, counted once for each day. */
  get products(): number {
    return this.#products.size
  }

  /** @param sign 1 for a placed order, −1 for a cancelled one */
  add({ productId, quantity, totalPrice, at }: SoldOrder, sign: number): void {
    const [slot, day] = [slotOf(at), dayOf(at)]
    const time = this.#slots.get(slot) ?? { slot, orders: 0, takings: 0 }
    time.orders += sign
    time.takings += sign * totalPrice
    this.#slots.set(slot, time)
    const key = `${day} ${productId}`
    const product = this.#products.get(key) ?? { day, productId, units: 0, takings: 0 }
    product.units += sign * quantity
    product.takings += sign * totalPrice
    this.#products.set(key, product)
  }

  async write(tx: RawTx, { sales }: Dialect): Promise<void> {
    // In the order of their keys: each page is changed once, and no two writers wait for each other in a circle.
    const slots = [...this.#slots.values()].sort((a, b) => a.slot - b.slot)
    const products = [...this.#products.values()].sort(
      (a, b) => a.day - b.day || (a.productId < b.productId ? -1 : 1),
    )
    if (slots.length > 0) await sales.addSlots(tx, slots)
    if (products.length > 0) await sales.addProducts(tx, products)
  }
}
