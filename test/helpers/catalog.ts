import { viewProduct } from '../../src/catalog/product.js'
import { createProductFinder, type ListRequest } from '../../src/catalog/search/search-products.js'
import { defaultLimits } from '../../src/catalog/search/thresholds.js'
import { build, signIn } from './app.js'

/**
 * Thresholds low enough for lists of a few products to use every query plan, in many steps: few rows, an index walk,
 * and an index walk without matches.
 */
export const TINY = {
  ...defaultLimits,
  few: 2,
  walked: 3,
  many: 4,
  sample: 1,
  firstStep: 2,
  maxStep: 3,
  light: 40,
}

/** Builds a catalogue with shortcuts to add a product, list with the TINY thresholds, and list from the cache. */
export async function shop(t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const { id: userId } = await signIn(app, 'admin')
  const change = { userId }
  const add = async (name: string, price: number, stock: number) =>
    (await app.catalog.create({ name, price, stock }, change)).product
  const find = createProductFinder(app.db, TINY)
  const list = async (request: ListRequest) => {
    const { rows, ...rest } = await find(request)
    return { items: rows.map((row) => viewProduct(row, app.db.money)), ...rest }
  }
  const kept = async (request: ListRequest) => (await app.catalog.list(request)).list
  return { app, change, add, list, kept }
}
