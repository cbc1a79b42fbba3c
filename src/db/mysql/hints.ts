import type { Dialect } from '../dialect.js'
import { raw } from '../sql.js'

/** Joins, conditions and index hints that hold the planner to a query's index. */
export const hints: Pick<Dialect, 'driving' | 'soldOut' | 'along' | 'alongOrders'> = {
  driving: raw('STRAIGHT_JOIN'),
  soldOut: raw('products.sold_out = 1 AND products.deleted_at IS NULL'),
  alongOrders: {
    id: raw('FORCE INDEX (PRIMARY)'),
    user: raw('FORCE INDEX (orders_user_id_id_idx)'),
    userStatus: raw('FORCE INDEX (orders_user_id_status_id_idx)'),
    status: raw('FORCE INDEX (orders_status_id_idx)'),
    checkout: raw('FORCE INDEX (orders_checkout_id_idx)'),
  },
  along: {
    id: raw('FORCE INDEX (products_deleted_at_id_idx)'),
    price: raw('FORCE INDEX (products_deleted_at_price_id_idx)'),
    name: raw('FORCE INDEX (products_deleted_at_name_sort_id_idx)'),
    soldOut: raw('FORCE INDEX (products_sold_out_deleted_at_id_idx)'),
  },
}
