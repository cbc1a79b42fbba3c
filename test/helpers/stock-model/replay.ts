import assert from 'node:assert/strict'
import type { AnyEvent } from '../../../src/contract/events.js'
import type { OrderStatus, OrderView } from '../../../src/contract/order.js'
import type { Action, Done } from './actions.js'

interface ModelProduct {
  /** In minor units. */
  price: number
  stock: number
  live: boolean
}

interface ModelOrder {
  productId: string
  userId: string
  quantity: number
  status: OrderStatus
}

type Expected = Pick<AnyEvent, 'type' | 'data'>

const following: Record<OrderStatus, OrderStatus[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

const cents = (amount: number) => Number(amount.toFixed(2).replace('.', ''))
const keyOf = (userId: string, key: string) => `${userId} ${key}`

/**
 * A reference model of the shop: it replays the log serially on numbers in memory. Every event must be explained by
 * the response to an action of its round, and every response by an event or, if rejected, by some state within its
 * round.
 */
export class Model {
  readonly products = new Map<string, ModelProduct>()
  readonly orders = new Map<string, ModelOrder>()
  readonly #keyed = new Map<string, { id: string; productId: string; quantity: number }>()
  readonly #threshold: number
  /** Responses of the round not yet matched to an event. */
  #open = new Set<Done>()
  /** Events expected next, as consequences of the previous one. */
  #due: Expected[] = []
  /** All states of each product and order during the round. */
  #moments = new Map<string, (ModelProduct | ModelOrder)[]>()

  constructor(products: { id: string; price: number; stock: number }[], threshold: number) {
    this.#threshold = threshold
    for (const { id, price, stock } of products)
      this.products.set(id, { price: cents(price), stock, live: true })
  }

  /** Replays a round. @throws AssertionError on any inconsistency */
  follow(round: Done[], events: AnyEvent[]): void {
    this.#open = new Set(round.filter(({ status, replayed }) => status < 300 && !replayed))
    this.#moments = new Map()
    for (const [id, state] of [...this.products, ...this.orders]) this.#moments.set(id, [{ ...state }])
    for (const { type, data } of events) {
      const due = this.#due.shift()
      if (due) assert.deepEqual({ type, data }, due)
      else this.#apply({ type, data } as AnyEvent)
    }
    assert.deepEqual(this.#due, [], 'the log ends too early')
    for (const done of this.#open)
      assert.ok(
        done.action.kind === 'cancel' && this.#was(done, (order: ModelOrder) => order.status === 'cancelled'),
        `no event for ${JSON.stringify(done)}`,
      )
    for (const done of round)
      if (done.status >= 300 || done.replayed)
        assert.ok(this.#isDue(done), `no reason for ${JSON.stringify(done)}`)
  }

  /** Units of a product in acknowledged orders that are not cancelled. */
  soldOf(id: string): number {
    const sold = [...this.orders.values()].filter(
      ({ productId, status }) => productId === id && status !== 'cancelled',
    )
    return sold.reduce((sum, { quantity }) => sum + quantity, 0)
  }

  #apply({ type, data }: AnyEvent): void {
    switch (type) {
      case 'order:created':
        return this.#created(data)
      case 'order:updated':
        return this.#moved(data)
      case 'stock:changed': {
        const product = this.#product(data.productId)
        const delta = data.stock - product.stock
        const { body } = this.#take('adjust', data.productId, (action) => action.delta === delta)
        assert.equal(body.stock, data.stock)
        return this.#setStock(data.productId, data.stock, true)
      }
      case 'product:updated': {
        const product = this.#product(data.id)
        const { action } = this.#take('edit', data.id, (_action, body) => isEqual(body, data))
        product.price = action.price === undefined ? product.price : cents(action.price)
        assert.equal(cents(data.price), product.price)
        assert.equal(data.stock, action.stock ?? product.stock)
        if (data.stock !== product.stock) this.#setStock(data.id, data.stock)
        return
      }
      case 'product:deleted':
        this.#take('delete', data.id)
        this.#product(data.id).live = false
        return this.#note(data.id, this.#product(data.id))
      default:
        assert.fail(`unexpected ${type}`)
    }
  }

  #created(order: OrderView): void {
    const { id, userId, productId, quantity, unitPrice, totalPrice } = order
    const product = this.#product(productId)
    const { action } = this.#take('order', productId, (_action, body) => isEqual(body, order))
    assert.equal(order.status, 'pending')
    assert.equal(cents(unitPrice), product.price, 'the price at that time')
    assert.equal(cents(totalPrice), product.price * quantity)
    assert.equal(quantity, action.quantity)
    assert.notEqual(product.live, false, 'a deleted product was sold')
    if (action.key !== undefined) {
      const key = keyOf(userId, action.key)
      assert.equal(this.#keyed.get(key), undefined, 'a key makes one order')
      this.#keyed.set(key, { id, productId, quantity })
    }
    this.orders.set(id, { productId, userId, quantity, status: 'pending' })
    this.#note(id, { productId, userId, quantity, status: 'pending' })
    this.#setStock(productId, product.stock - quantity)
  }

  #moved({ id, status }: OrderView): void {
    const order = this.orders.get(id)
    assert.ok(order)
    assert.ok(following[order.status].includes(status), `${order.status} became ${status}`)
    const mayCancel = (action: { user: number }, userId: string) =>
      isAdmin(action) || (order.userId === userId && order.status === 'pending')
    const isOwn = ({ action, target, userId }: Done) =>
      target === id &&
      ((action.kind === 'move' && action.status === status) ||
        (action.kind === 'cancel' && status === 'cancelled' && mayCancel(action, userId)))
    // A cancellation of an order another request cancelled also succeeds, without an event: moves come first.
    const own = [...this.#open].filter(isOwn)
    const done = own.find(({ action }) => action.kind === 'move') ?? own[0]
    assert.ok(done, `no response sets ${id} to ${status}`)
    this.#open.delete(done)
    order.status = status
    this.#note(id, order)
    if (status !== 'cancelled') return
    const product = this.#product(order.productId)
    if (product.live) this.#setStock(order.productId, product.stock + order.quantity)
    else product.stock += order.quantity // deleted products have no stock events
  }

  /** @param logged whether the log already contains the change */
  #setStock(productId: string, stock: number, logged = false): void {
    const product = this.#product(productId)
    assert.ok(stock >= 0, `a stock of ${stock}`)
    if (!logged) this.#due.push({ type: 'stock:changed', data: { productId, stock } })
    if (product.stock > this.#threshold && stock <= this.#threshold)
      this.#due.push({ type: 'stock:low', data: { productId, stock, threshold: this.#threshold } })
    product.stock = stock
    this.#note(productId, product)
  }

  /** Takes the response matching an action of `kind` on `target`; each explains just one event. */
  #take<K extends Action['kind']>(
    kind: K,
    target: string,
    fits: (action: Extract<Action, { kind: K }>, body: Done['body']) => boolean = () => true,
  ): Done & { action: Extract<Action, { kind: K }> } {
    type Fitting = Done & { action: Extract<Action, { kind: K }> }
    const done = [...this.#open].find(
      (candidate): candidate is Fitting =>
        candidate.action.kind === kind &&
        candidate.target === target &&
        fits(candidate.action as Fitting['action'], candidate.body),
    )
    assert.ok(done, `no response explains this ${kind} of ${target}`)
    this.#open.delete(done)
    return done
  }

  /** Returns whether a rejection or a replayed response is justified. */
  #isDue(done: Done): boolean {
    const { action, status, body, replayed, userId, target } = done
    const isGone = () => this.#was(done, (product: ModelProduct) => !product.live)
    const isShort = (units: number) =>
      body.requested === units &&
      this.#was(done, ({ live, stock }: ModelProduct) => live && stock === body.available && stock < units)
    switch (action.kind) {
      case 'order': {
        const earlier = action.key === undefined ? undefined : this.#keyed.get(keyOf(userId, action.key))
        const isSame = earlier?.productId === target && earlier?.quantity === action.quantity
        if (replayed) return isSame && body.id === earlier?.id
        if (status === 422) return earlier !== undefined && !isSame
        return status === 404 ? isGone() : status === 409 && isShort(action.quantity)
      }
      case 'adjust':
        return status === 404 ? isGone() : status === 409 && isShort(-action.delta)
      case 'edit':
      case 'delete':
        return status === 404 && isGone()
      case 'move':
        if (target === undefined) return status === 404
        return (
          status === 409 &&
          this.#was(done, (order: ModelOrder) => !following[order.status].includes(action.status))
        )
      case 'cancel': {
        const order = this.orders.get(target ?? '')
        if (!order || (!isAdmin(action) && order.userId !== userId)) return status === 404
        const tooLate: OrderStatus[] = isAdmin(action)
          ? ['shipped', 'delivered']
          : ['confirmed', 'shipped', 'delivered']
        return status === 409 && this.#was(done, (then: ModelOrder) => tooLate.includes(then.status))
      }
    }
  }

  #was<T extends ModelProduct | ModelOrder>({ target }: Done, test: (state: T) => boolean): boolean {
    return this.#moments.get(target ?? '')?.some((state) => test(state as T)) ?? false
  }

  #note(id: string, state: ModelProduct | ModelOrder): void {
    this.#moments.set(id, [...(this.#moments.get(id) ?? []), { ...state }])
  }

  #product(id: string): ModelProduct {
    const product = this.products.get(id)
    assert.ok(product, `an event of ${id}, which is not in this shop`)
    return product
  }
}

/** The last user is the admin. */
const isAdmin = ({ user }: { user: number }) => user === 2
const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
