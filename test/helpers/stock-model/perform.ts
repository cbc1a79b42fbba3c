import type { OrderView } from '../../../src/contract/order.js'
import { type Outcome, refused } from './outcome.js'
import { performCheckout, performOrder } from './perform-placing.js'
import type { Done } from './shop.js'
import { Change, cents, following, type ModelOrder, type State, shownOrder } from './state.js'

const NOT_FOUND = refused(404, 'not-found')

const invalid = ({ view }: ModelOrder, to: string) =>
  refused(409, 'invalid-transition', { orderId: view.id, from: view.status, to })

const mayFollow = ({ view }: ModelOrder, to: OrderView['status']) => following[view.status].includes(to)

const isCancelled = ({ view }: ModelOrder) => view.status === 'cancelled'

const mayCancel = ({ view }: ModelOrder, isAdmin: boolean) =>
  view.status === 'pending' || (isAdmin && view.status === 'confirmed')

const updatedAt = (body: unknown) => String((body as { updatedAt?: unknown } | undefined)?.updatedAt)

function cancel({ targets, userId, isAdmin, body }: Done, state: State): Outcome {
  const order = state.orders.get(targets[0] ?? '')
  if (!order || (!isAdmin && order.view.userId !== userId)) return NOT_FOUND
  if (isCancelled(order)) return { status: 200, body: order.view }
  if (!mayCancel(order, isAdmin)) return invalid(order, 'cancelled')
  const change = new Change(state)
  const after = change.changeOrder(order, { status: 'cancelled', updatedAt: updatedAt(body) })
  return { status: 200, body: after, change }
}

function move({ action, targets, version, body }: Done, state: State): Outcome {
  if (action.kind !== 'move') return NOT_FOUND
  const { status, note } = action
  const order = state.orders.get(targets[0] ?? '')
  if (!order) return NOT_FOUND
  if (version !== undefined && version !== order.view.updatedAt) return refused(412, 'precondition-failed')
  const newNote = note === undefined || note === order.view.note ? {} : { note }
  if (status === undefined && !('note' in newNote)) return { status: 200, body: shownOrder(order) }
  if (status !== undefined && !mayFollow(order, status)) return invalid(order, status)
  const change = new Change(state)
  const at = { updatedAt: updatedAt(body) }
  const view =
    status === undefined
      ? change.changeOrder(order, { ...newNote, ...at }, 'note')
      : change.changeOrder(order, { status, ...newNote, ...at })
  return { status: 200, body: shownOrder({ ...order, view }), change }
}

/** The orders of a checkout change all at once; the ones cancelled before stay as they are. */
function changeCheckout(
  { action, targets, userId, isAdmin, body }: Done,
  state: State,
  status: OrderView['status'],
): Outcome {
  const [id = ''] = targets
  const all = state.ordersOf(id)
  const isCancel = action.kind === 'cancel-checkout'
  if (all.length === 0 || (!isAdmin && all.some(({ view }) => view.userId !== userId))) return NOT_FOUND
  const open = all.filter((order) => !isCancelled(order))
  const checked = isCancel || open.length > 0 ? open : all
  const stuck = checked.find((order) => (isCancel ? !mayCancel(order, isAdmin) : !mayFollow(order, status)))
  if (stuck) return invalid(stuck, status)
  const change = new Change(state)
  const answered = (body as { orders?: unknown[] }).orders ?? []
  const orders = all.map((order, i) =>
    open.includes(order)
      ? change.changeOrder(order, { status, updatedAt: updatedAt(answered[i]) })
      : order.view,
  )
  const total = orders.reduce((sum, { totalPrice }) => sum + cents(totalPrice), 0)
  const shown = { id, orders, totalPrice: total / 100, expiresAt: null }
  return { status: 200, body: shown, ...(open.length > 0 && { change }) }
}

function bulk({ action, targets, body }: Done, state: State): Outcome {
  if (action.kind !== 'bulk') return NOT_FOUND
  const { status } = action
  const change = new Change(state)
  const answered = (body as { items?: { order?: unknown }[] }).items ?? []
  const items = targets.map((id, i) => {
    const order = state.orders.get(id)
    const refusal = order ? (mayFollow(order, status) ? undefined : invalid(order, status)) : NOT_FOUND
    if (!order || refusal) return { id, status: refusal?.status, problem: refusal?.body }
    const at = updatedAt(answered[i]?.order)
    return { id, status: 200, order: change.changeOrder(order, { status, updatedAt: at }) }
  })
  return { status: 200, body: { items }, ...(change.events.length > 0 && { change }) }
}

function adjust({ action, targets: [id = ''] }: Done, state: State): Outcome {
  const product = state.product(id)
  if (!product || action.kind !== 'adjust') return NOT_FOUND
  const { delta } = action
  const stock = product.stock + delta
  if (stock < 0)
    return refused(409, 'insufficient-stock', {
      productId: id,
      requested: -delta,
      available: product.stock,
    })
  const change = new Change(state)
  change.setStock(id, stock)
  return { status: 200, body: { id, stock }, change }
}

function edit({ action, targets: [id = ''], body }: Done, state: State): Outcome {
  const product = state.product(id)
  if (!product || action.kind !== 'edit') return NOT_FOUND
  const { stock = product.stock } = action
  const price = action.price === undefined ? product.price : cents(action.price)
  const change = new Change(state)
  change.state.products.set(id, { ...product, price })
  const shown = { ...body, id, price: price / 100, stock }
  change.tell('product:updated', shown)
  change.setStock(id, stock)
  return { status: 200, body: shown, change }
}

function remove({ targets: [id = ''] }: Done, state: State): Outcome {
  const product = state.product(id)
  if (!product) return NOT_FOUND
  const change = new Change(state)
  change.state.products.set(id, { ...product, live: false })
  change.tell('product:deleted', { id, stock: product.stock })
  return { status: 204, body: {}, change }
}

/** A product on sale stays as it is. */
function restore({ targets: [id = ''] }: Done, state: State): Outcome {
  const product = state.products.get(id)
  if (!product) return NOT_FOUND
  const { name, stock, price, live } = product
  const shown = { id, name, stock, price: price / 100 }
  if (live) return { status: 200, body: shown }
  const change = new Change(state)
  change.state.products.set(id, { ...product, live: true })
  change.tell('product:created', shown)
  return { status: 200, body: shown, change }
}

/** Performs a request on `state`. Ids and times are those of its response. */
export function perform(done: Done, state: State): Outcome {
  const { action } = done
  switch (action.kind) {
    case 'order':
      return performOrder(done, state)
    case 'checkout':
      return performCheckout(done, state)
    case 'cancel':
      return cancel(done, state)
    case 'move':
      return move(done, state)
    case 'cancel-checkout':
      return changeCheckout(done, state, 'cancelled')
    case 'move-checkout':
      return changeCheckout(done, state, action.status)
    case 'bulk':
      return bulk(done, state)
    case 'adjust':
      return adjust(done, state)
    case 'edit':
      return edit(done, state)
    case 'delete':
      return remove(done, state)
    case 'restore':
      return restore(done, state)
  }
}
