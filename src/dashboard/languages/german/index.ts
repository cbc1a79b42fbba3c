import { account } from './account.js'
import { audit } from './audit.js'
import { auditActions } from './audit-actions.js'
import { books } from './books.js'
import { factors } from './factors.js'
import { failures } from './failures.js'
import { inventory } from './inventory.js'
import { links } from './links.js'
import { live } from './live.js'
import { order } from './order.js'
import { orders } from './orders.js'
import { ordersDialogs } from './orders-dialogs.js'
import { people } from './people.js'
import { print } from './print.js'
import { problems } from './problems.js'
import { product } from './product.js'
import { pulse } from './pulse.js'
import { session } from './session.js'
import { shared } from './shared.js'
import { shell } from './shell.js'
import { stocktake } from './stocktake.js'
import { webhooks } from './webhooks.js'

/** All texts in German. The types of the pages demand each key, and no other. */
export const german = {
  account,
  shared,
  factors,
  failures,
  'audit-actions': auditActions,
  audit,
  problems,
  product,
  books,
  inventory,
  stocktake,
  links,
  live,
  shell,
  orders,
  'orders-dialogs': ordersDialogs,
  order,
  print,
  people,
  pulse,
  session,
  webhooks,
}
