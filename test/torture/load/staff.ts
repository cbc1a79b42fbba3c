import type { OrderStatus, OrderView } from '../../../src/contract/order.js'
import type { KnownAdjustment } from '../journal.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import { isInconclusive, type Shop, sendUntilSettled } from './shop.js'

const LARGEST_DELTA = 20
const MANY = 5

/** Updates the statuses of orders, one by one or many, and adjusts stock. */
export class Staff {
  readonly #shop: Shop
  readonly #account: Account
  readonly #random: Random
  readonly #name: string
  #adjustments = 0
  #keys = 0

  /** @param name a unique name, used in the reasons of its adjustments */
  constructor(shop: Shop, account: Account, { name, random }: { name: string; random: Random }) {
    this.#shop = shop
    this.#account = account
    this.#name = name
    this.#random = random
  }

  async act(): Promise<void> {
    const draw = this.#random.between(0, 1)
    if (draw < 0.3) return this.#moveOrder()
    if (draw < 0.4) return this.#moveMany()
    if (draw < 0.6) return this.#adjust()
    if (draw < 0.8) return this.#adjustWithKey()
    if (draw < 0.97) return this.#adjustIfUnchanged()
    return this.#account.renew()
  }

  /** Sends a status update once: without a response, its outcome stays unknown. */
  async #moveOrder(): Promise<void> {
    const { journal } = this.#shop
    if (journal.acknowledged === 0) return
    const known = journal.orders.get(this.#random.pick(journal.orderIds))
    const status = this.#random.pick<OrderStatus>(['confirmed', 'shipped', 'delivered', 'cancelled'])
    known?.attempted.add(status)
    const call = { method: 'PATCH', path: `/orders/${known?.id}`, body: { status } } as const
    const answer = await this.#account.send(call)
    if (answer.status === 200) known?.statuses.add((JSON.parse(answer.text) as OrderView).status)
    else if (answer.status === 404)
      journal.report('lost', `order ${known?.id} was not found when changing it to ${status}`)
    else if (answer.status !== 409 && !isInconclusive(answer.status))
      journal.report('answer', `changing a status returned ${answer.status}: ${answer.text}`)
  }

  /** Changes several orders, with a key until it is answered. */
  async #moveMany(): Promise<void> {
    const { journal } = this.#shop
    if (journal.acknowledged < MANY) return
    const ids = [...new Set(Array.from({ length: MANY }, () => this.#random.pick(journal.orderIds)))]
    const status = this.#random.pick<OrderStatus>(['confirmed', 'shipped', 'cancelled'])
    for (const id of ids) journal.orders.get(id)?.attempted.add(status)
    const text = await this.#sendWithKey('/orders/status', { ids, status })
    if (text === undefined) return
    for (const { id, status: outcome, order } of JSON.parse(text).items) {
      if (outcome === 200) journal.orders.get(id)?.statuses.add(order.status)
      else if (outcome !== 409) journal.report('lost', `order ${id} was ${outcome} when changing it`)
    }
  }

  /** Sends an adjustment with a key until it is answered: that makes it once, or never. */
  async #adjustWithKey(): Promise<void> {
    const [adjustment, { path, body }] = this.#begin()
    adjustment.state = (await this.#sendWithKey(path, body)) === undefined ? 'refused' : 'acknowledged'
  }

  /** @returns the body of the answer; undefined for a refusal */
  async #sendWithKey(path: string, body: object): Promise<string | undefined> {
    const { journal } = this.#shop
    const headers = { 'idempotency-key': `${this.#name} ${this.#keys++}` }
    const call = { method: 'POST', path, body, headers } as const
    const { status, text } = await sendUntilSettled(
      this.#shop,
      `${path} with a key`,
      (timeoutMs) => this.#account.send(call, { timeoutMs }),
      this.#random,
    )
    if (status === 200) {
      journal.answers.push({ userId: this.#account.userId, call, text })
      return text
    }
    if (status !== 409) journal.report('answer', `${path} with a key returned ${status}: ${text}`)
    return undefined
  }

  /** Sends an adjustment once, since a retry could apply it twice. */
  async #adjust(): Promise<void> {
    const [adjustment, call] = this.#begin()
    const { status, text } = await this.#account.send(call)
    this.#settle(adjustment, status, text)
  }

  /** Retries an adjustment with If-Match, which lets at most one attempt succeed. */
  async #adjustIfUnchanged(): Promise<void> {
    const [adjustment, call] = this.#begin()
    const path = `/products/${adjustment.productId}`
    const read = (timeoutMs: number) => this.#account.send({ method: 'GET', path }, { timeoutMs })
    const { headers } = await sendUntilSettled(this.#shop, 'reading a product', read, this.#random)
    const conditional = { ...call, headers: { 'if-match': String(headers.etag) } }
    let tries = 1
    const { status, text } = await sendUntilSettled(
      this.#shop,
      'an adjustment',
      (timeoutMs) => this.#account.send(conditional, { timeoutMs }),
      this.#random,
      () => tries++,
    )
    // A 412 after an unanswered attempt may be due to that attempt having succeeded.
    if (status === 412 && tries === 1) adjustment.state = 'refused'
    else if (status !== 412) this.#settle(adjustment, status, text)
  }

  #begin() {
    const { plentiful, scarce, journal } = this.#shop
    const productId = this.#random.pick([...plentiful, ...scarce])
    const size = this.#random.integer(1, LARGEST_DELTA)
    const delta = this.#random.chance(0.7) ? size : -size
    const reason = `${this.#name}-${this.#adjustments++}`
    const adjustment: KnownAdjustment = { productId, delta, state: 'in-doubt' }
    journal.adjustments.set(reason, adjustment)
    const path = `/products/${productId}/stock-adjustments`
    return [adjustment, { method: 'POST', path, body: { delta, reason } }] as const
  }

  #settle(adjustment: KnownAdjustment, status: number, text: string): void {
    if (status === 200) adjustment.state = 'acknowledged'
    else if (status === 409) adjustment.state = 'refused'
    else if (!isInconclusive(status))
      this.#shop.journal.report('answer', `an adjustment returned ${status}: ${text}`)
  }
}
