import type { OrderView } from '../../contract/order.js'

export interface CustomerView {
  id: string
  name: string
  /** Null after an erasure. */
  email: string | null
}

export interface OrderedProductView {
  id: string
  sku: string | null
  name: string
}

/** An order of a list with `expand`. Those of events have neither customer nor product. */
export interface ListedOrder extends OrderView {
  customer?: CustomerView
  product?: OrderedProductView
}
