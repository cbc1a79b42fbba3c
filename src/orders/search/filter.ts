import type { OrderStatus } from '../../contract/order.js'
import { isId } from '../../ids.js'
import type { OrderSort } from './sort-and-cursor.js'
import type { FoundWord } from './words.js'

/** The conditions of a list of orders. Those that are undefined restrict nothing. */
export interface OrderConditions {
  userId?: string | undefined
  /** Any of these. */
  statuses?: OrderStatus[] | undefined
  productId?: string | undefined
  checkoutId?: string | undefined
  /** Orders created at this time or later, in milliseconds since 1970. */
  from?: number | undefined
  /** Orders created before this time, in milliseconds since 1970. */
  to?: number | undefined
  /** In minor units. */
  minTotal?: number | undefined
  maxTotal?: number | undefined
  /** Whether words may be the customer's: not in a customer's own list. */
  byCustomer?: boolean | undefined
}

export interface OrderSearch extends OrderConditions {
  /** Search text: the beginning of an id, or words of the product's name or of the customer's name or email address. */
  q?: string | undefined
  /** `-createdAt` by default. */
  sort?: OrderSort | undefined
}

/** The conditions with the words of the search text, looked up. */
export interface OrderFilter extends OrderConditions {
  words: FoundWord[]
}

/** Returns whether each id in the conditions has the format of one: otherwise no order matches. */
export const hasOnlyIds = ({ userId, productId, checkoutId }: OrderConditions): boolean =>
  [userId, productId, checkoutId].every((id) => id === undefined || isId(id))
