// With extensions, unlike the rest of the page: this file is tested by itself, in Node.
import { signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index.js'
import type { OrderStatus, OrderView } from '../../orders/order.js'
import type { RowSource } from '../parts/row-source.js'

/** Older ones are let go, so that a page left open does not fill the machine. */
export const ROWS_MAX = 100_000

const ranks: Record<OrderStatus, number> = {
  pending: 0,
  confirmed: 1,
  shipped: 2,
  delivered: 3,
  cancelled: 4,
}

/** Whether `a` tells of a later state of the order than `b` does. Statuses only ever go up. */
export const isNewer = (a: OrderView, b: OrderView) =>
  a.updatedAt > b.updatedAt || (a.updatedAt === b.updatedAt && ranks[a.status] > ranks[b.status])

const byId = (a: OrderView, b: OrderView) => (a.id < b.id ? -1 : 1)

export interface OrderPage {
  items: OrderView[]
  nextCursor: string | null
}

/**
 * The orders of a list, newest first: pages from the API below, and what the log tells on top. It comes out the same in
 * whichever order pages and events arrive.
 */
export class OrderFeed implements RowSource<OrderView> {
  /** Grows with every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  readonly #status: OrderStatus | undefined
  /** Why the last page could not be loaded. */
  readonly failure = signal<unknown>(undefined)
  readonly #fetch: (cursor: string | undefined) => Promise<OrderPage>
  /** By id, ascending: the newest last. */
  #rows: OrderView[] = []
  #cursor: string | undefined
  #complete = false
  #truncated = false
  /** What was told, while a page was on its way, of orders that may be on it. */
  #told = new Map<string, OrderView>()
  #generation = 0

  /** @param status the only one that is listed, if not all are */
  constructor(status: OrderStatus | undefined, fetch: (cursor: string | undefined) => Promise<OrderPage>) {
    this.#status = status
    this.#fetch = fetch
  }

  get length(): number {
    return this.#rows.length
  }

  /** Whether older ones were let go. */
  get truncated(): boolean {
    return this.#truncated
  }

  get complete(): boolean {
    return this.#complete
  }

  /** The order in that place, the newest in the first. */
  at(index: number): OrderView | undefined {
    return this.#rows[this.#rows.length - 1 - index]
  }

  indexOf(id: string): number {
    const place = this.#placeOf(id)
    return this.#rows[place]?.id === id ? this.#rows.length - 1 - place : -1
  }

  /** Begins anew. What is shown stays until the first page is there. */
  reload(): Promise<void> {
    return this.#load(undefined, () => {
      this.#rows = []
      this.#truncated = false
      this.loaded.value = true
    })
  }

  /** Loads the page below, if there is one. */
  async more(): Promise<void> {
    const isThere = this.loaded.peek() && !this.#complete && !this.#truncated
    if (isThere && !this.loading.peek()) await this.#load(this.#cursor)
  }

  async #load(cursor: string | undefined, begin?: () => void): Promise<void> {
    const generation = ++this.#generation
    this.loading.value = true
    this.failure.value = undefined
    this.#told.clear()
    try {
      const page = await this.#fetch(cursor)
      if (generation !== this.#generation) return
      begin?.()
      this.#take(page)
    } catch (error) {
      if (generation === this.#generation) this.failure.value = error
    }
    if (generation === this.#generation) this.loading.value = false
  }

  /** Takes what the log tells. */
  apply(events: AnyEvent[]): void {
    const latest = new Map<string, OrderView>()
    const made = new Set<string>()
    for (const { type, data } of events) {
      if (type !== 'order:created' && type !== 'order:updated') continue
      if (type === 'order:created') made.add(data.id)
      latest.set(data.id, data)
    }
    if (latest.size === 0) return
    if (this.loading.peek()) {
      for (const [id, order] of latest) this.#told.set(id, order)
      if (this.#told.size > ROWS_MAX) void this.reload()
    }
    const oldest = this.#rows[0]?.id
    const known = [...latest.values()].filter(
      // What is older than all that is loaded comes with its page.
      ({ id }) => made.has(id) || this.#complete || (oldest !== undefined && id >= oldest),
    )
    if (this.loaded.peek()) this.#merge(known)
  }

  /** Takes what an answer told of one order. */
  put(order: OrderView): void {
    if (this.indexOf(order.id) >= 0) this.#merge([order])
  }

  #take({ items, nextCursor }: OrderPage): void {
    this.#cursor = nextCursor ?? undefined
    this.#complete = nextCursor === null
    const oldest = items.at(-1)?.id ?? ''
    const told = [...this.#told.values()].filter(({ id }) => this.#complete || id >= oldest)
    this.#told.clear()
    this.#merge(items)
    this.#merge(told)
    this.version.value++
  }

  /** The place of `id`, or the one where it would be. */
  #placeOf(id: string): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#rows[middle]?.id ?? '') < id) low = middle + 1
      else high = middle
    }
    return low
  }

  #merge(orders: OrderView[]): void {
    const added: OrderView[] = []
    const gone = new Set<string>()
    for (const order of orders) {
      const listed = this.#status === undefined || order.status === this.#status
      const place = this.#placeOf(order.id)
      const present = this.#rows[place]
      if (present?.id !== order.id) {
        if (listed) added.push(order)
      } else if (isNewer(order, present)) {
        if (listed) this.#rows[place] = order
        else gone.add(order.id)
      }
    }
    if (gone.size > 0) this.#rows = this.#rows.filter(({ id }) => !gone.has(id))
    this.#insert(added)
    if (this.#rows.length > ROWS_MAX) {
      this.#rows.splice(0, this.#rows.length - ROWS_MAX)
      this.#truncated = true
      this.#complete = false
    }
    this.version.value++
  }

  #insert(added: OrderView[]): void {
    const first = added.sort(byId)[0]
    if (!first) return
    // New ones are the newest as a rule, and then nothing has to move.
    const tail = this.#rows.splice(this.#placeOf(first.id))
    const merged = tail.length === 0 ? added : tail.concat(added).sort(byId)
    for (const order of merged) this.#rows.push(order)
  }
}
