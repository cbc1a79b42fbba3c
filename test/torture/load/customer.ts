import type { OrderView } from '../../../src/contract/order.js'
import type { CheckoutUse, OrderRequest } from '../journal.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import { checkOut, newCheckout } from './checkouts.js'
import { placeWithKey, placeWithoutKey } from './orders.js'
import { type Shop, sendUntilSettled } from './shop.js'

const LARGEST_ORDER = 3
const SCARCE_SHARE = 0.2
const CHECKOUT_SHARE = 0.3
const EXPIRING_SHARE = 0.4
/** The shortest lifetime there is. The load hastens its end. */
const LIFETIME_S = 60

/** Places, cancels, reads and repeats orders and checkouts, either all with keys or all without. */
export class Customer {
  readonly #shop: Shop
  readonly #account: Account
  readonly #random: Random
  readonly #withKeys: boolean
  readonly #placed: { id: string; request: OrderRequest; key?: string }[] = []
  readonly #checkouts: CheckoutUse[] = []
  #keys = 0

  constructor(shop: Shop, account: Account, { withKeys, random }: { withKeys: boolean; random: Random }) {
    this.#shop = shop
    this.#account = account
    this.#withKeys = withKeys
    this.#random = random
  }

  async act(): Promise<void> {
    const draw = this.#random.between(0, 1)
    if (this.#placed.length === 0 || draw < 0.75)
      return this.#random.chance(CHECKOUT_SHARE) ? this.#checkOut() : this.#order()
    if (draw < 0.82) return this.#cancel()
    if (draw < 0.85) return this.#cancelCheckout()
    if (draw < 0.89) return this.#read()
    if (draw < 0.92) return this.#list()
    if (draw < 0.97) return this.#orderAgain()
    return this.#account.renew()
  }

  async #order(): Promise<void> {
    const { plentiful, scarce } = this.#shop
    const productId = this.#random.pick(this.#random.chance(SCARCE_SHARE) ? scarce : plentiful)
    const quantity = this.#random.integer(1, LARGEST_ORDER)
    const request = { userId: this.#account.userId, productId, quantity, ...this.#terms() }
    if (!this.#withKeys) {
      const id = await placeWithoutKey(this.#shop, this.#account, request)
      if (id) this.#placed.push({ id, request })
      return
    }
    const key = `cart-${this.#keys++}`
    const place = () => placeWithKey(this.#shop, this.#account, request, key, this.#random)
    // Some are sent twice concurrently, like a double tap on a button.
    const ids = await Promise.all(this.#random.chance(0.1) ? [place(), place()] : [place()])
    const id = ids.find((one) => one !== undefined)
    if (id) this.#placed.push({ id, request, key })
  }

  #terms() {
    return this.#random.chance(EXPIRING_SHARE) ? { expiresIn: LIFETIME_S } : {}
  }

  /** Baskets overlap, with their lines in different orders. */
  async #checkOut(): Promise<void> {
    const { plentiful, scarce } = this.#shop
    const lines = [...plentiful, ...scarce]
      .map((productId) => ({ productId, place: this.#random.between(0, 1) }))
      .toSorted((a, b) => a.place - b.place)
      .slice(0, this.#random.integer(2, 4))
      .map(({ productId }) => ({ productId, quantity: this.#random.integer(1, LARGEST_ORDER) }))
    const request = { userId: this.#account.userId, lines, ...this.#terms() }
    const use = newCheckout(this.#shop, request, this.#withKeys ? `basket-${this.#keys++}` : null)
    const place = () => checkOut(this.#shop, this.#account, use, this.#random)
    const twice = use.key !== null && this.#random.chance(0.1)
    const [ids = []] = await Promise.all(twice ? [place(), place()] : [place()])
    if (ids.length > 0) this.#checkouts.push(use)
  }

  /** Repeats an earlier order or checkout with its key. */
  async #orderAgain(): Promise<void> {
    if (this.#withKeys && this.#checkouts.length > 0 && this.#random.chance(CHECKOUT_SHARE)) {
      const use = this.#random.pick(this.#checkouts)
      const ids = await checkOut(this.#shop, this.#account, use, this.#random)
      if (ids.length === 0) this.#shop.journal.report('lost', `checkout ${use.key} was refused`)
      return
    }
    const { id, request, key } = this.#random.pick(this.#placed)
    if (key === undefined) return
    const again = await placeWithKey(this.#shop, this.#account, request, key, this.#random)
    if (again === undefined) this.#shop.journal.report('lost', `key ${key} of order ${id} was refused`)
  }

  async #cancel(): Promise<void> {
    const { id } = this.#random.pick(this.#placed)
    const { journal } = this.#shop
    const known = journal.orders.get(id)
    known?.attempted.add('cancelled')
    const cancel = async (url?: string) => {
      const { status, text } = await this.#ask(`cancelling ${id}`, 'POST', `/orders/${id}/cancel`, url)
      if (status === 200) known?.statuses.add((JSON.parse(text) as OrderView).status)
      else if (status === 404) journal.report('lost', `order ${id} was not found when cancelling it`)
      else if (status !== 409) journal.report('answer', `cancelling an order returned ${status}: ${text}`)
    }
    // Some are sent to every process at once, to race between reading and updating the order.
    await Promise.all(this.#random.chance(0.3) ? this.#shop.urls.map((url) => cancel(url)) : [cancel()])
  }

  async #cancelCheckout(): Promise<void> {
    if (this.#checkouts.length === 0) return
    const { journal } = this.#shop
    const [id = ''] = this.#random.pick(this.#checkouts).ids
    const orders = [...journal.orders.values()].filter(({ checkoutId }) => checkoutId === id)
    for (const known of orders) known.attempted.add('cancelled')
    const path = `/checkouts/${id}/cancel`
    const { status, text } = await this.#ask(`cancelling checkout ${id}`, 'POST', path)
    if (status === 200) for (const known of orders) known.statuses.add('cancelled')
    else if (status === 404) journal.report('lost', `checkout ${id} was not found when cancelling it`)
    else if (status !== 409) journal.report('answer', `cancelling a checkout returned ${status}: ${text}`)
  }

  async #read(): Promise<void> {
    const { id } = this.#random.pick(this.#placed)
    const { status } = await this.#ask(`reading ${id}`, 'GET', `/orders/${id}`)
    if (status !== 200) this.#shop.journal.report('lost', `reading order ${id} returned ${status}`)
  }

  /** Lists the newest orders, which include the last one placed, on whichever server they are read. */
  async #list(): Promise<void> {
    const last = this.#placed.at(-1)?.id ?? ''
    const { status, text } = await this.#ask('listing orders', 'GET', '/orders?limit=100')
    const isListed =
      status === 200 && (JSON.parse(text) as { items: OrderView[] }).items.some(({ id }) => id === last)
    if (!isListed)
      this.#shop.journal.report('lost', `a list of orders (${status}) lacks ${last}, placed before`)
  }

  /** @param url the process for the first attempt */
  #ask(what: string, method: 'GET' | 'POST', path: string, url?: string) {
    let first = url
    return sendUntilSettled(
      this.#shop,
      what,
      (timeoutMs) => {
        const sending = first === undefined ? { timeoutMs } : { url: first, timeoutMs }
        first = undefined
        return this.#account.send({ method, path }, sending)
      },
      this.#random,
    )
  }
}
