import type { ProductView } from '../contract/product.js'
import type { Caller } from '../db/admission.js'
import type { Money } from '../money.js'
import { viewProduct } from './product.js'
import type { FoundProducts, ListRequest } from './search/search-products.js'

/** Products of a page: read and formatted within a few milliseconds. */
const PAGE = 200

/** The filters and the order of a list. */
export type Selection = Omit<ListRequest, 'limit' | 'cursor' | 'page'>

/**
 * Creates the function that reads a whole list in pages. A product that is there from the beginning to the end is read once,
 * unless a change moves it in the order.
 */
export const createProductExport = (
  find: (request: ListRequest, caller: Caller) => Promise<FoundProducts>,
  money: Money,
) => ({
  /** @throws Problem overloaded, clientGone */
  async *exportProducts(selection: Selection, caller: Caller): AsyncGenerator<ProductView[]> {
    let cursor: string | null | undefined
    do {
      const { rows, nextCursor } = await find(
        { ...selection, limit: PAGE, ...(cursor && { cursor }) },
        caller,
      )
      yield rows.map((row) => viewProduct(row, money))
      cursor = nextCursor
    } while (cursor)
  },
})
