import type { OrderView } from '../../../src/contract/order.js'
import type { OrderRequest } from '../journal.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import { placeWithKey, placeWithoutKey } from './orders.js'
import { type Shop, sendUntilSettled } from './shop.js'

const LARGEST_ORDER = 3
const SCARCE_SHARE = 0.2

/** Places, cancels, reads and repeats orders, either all with keys or all without. */
export class Customer {
  readonly #shop: Shop
  readonly #account: Account
  readonly #random: Random
  readonly #withKeys: boolean
  readonly #placed: { id: string; request: OrderRequest; key?: string }[] = []
  #keys = 0

  constructor(shop: Shop, account: Account, { withKeys, random }: { withKeys: boolean; random: Random }) {
    this.#shop = shop
    this.#account = account
    this.#withKeys = withKeys
    this.#random = random
  }

  async act(): Promise<void> {
    const draw = this.#random.between(0, 1)
    if (this.#placed.length === 0 || draw < 0.75) return this.#order()
    if (draw < 0.85) return this.#cancel()
    if (draw < 0.92) return this.#read()
    if (draw < 0.97) return this.#orderAgain()
    return this.#account.renew()
  }

  async #order(): Promise<void> {
    const { plentiful, scarce } = this.#shop
    const productId = this.#random.pick(this.#random.chance(SCARCE_SHARE) ? scarce : plentiful)
    const quantity = this.#random.integer(1, LARGEST_ORDER)
    const request = { userId: this.#account.userId, productId, quantity }
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

  /** Repeats an earlier order with its key. */
  async #orderAgain(): Promise<void> {
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

  async #read(): Promise<void> {
    const { id } = this.#random.pick(this.#placed)
    const { status } = await this.#ask(`reading ${id}`, 'GET', `/orders/${id}`)
    if (status !== 200) this.#shop.journal.report('lost', `reading order ${id} returned ${status}`)
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
