import { createProductFinder, type ListRequest } from '../../src/catalog/find-products.js'
import { standardLimits } from '../../src/catalog/limits.js'
import { viewProduct } from '../../src/catalog/product.js'
import { build, signIn } from '../helper.js'

/** So small that lists of a few products take every way there is, in many steps: few, walked, and walked in vain. */
export const TINY = {
  ...standardLimits,
  few: 2,
  walked: 3,
  many: 4,
  sample: 1,
  firstStep: 2,
  longestStep: 3,
  light: 40,
}

/** A catalogue, a short way to add to it, a list of it that knows only TINY sizes, and the list that is kept. */
export async function shop(t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const { id: userId } = await signIn(app, 'admin')
  const change = { userId }
  const add = async (name: string, price: number, stock: number) =>
    (await app.catalog.create({ name, price, stock }, change)).product
  const find = createProductFinder(app.db, TINY)
  const list = async (request: ListRequest) => {
    const { rows, ...rest } = await find(request)
    return { items: rows.map(viewProduct), ...rest }
  }
  const kept = async (request: ListRequest) => (await app.catalog.list(request)).list
  return { app, change, add, list, kept }
}
