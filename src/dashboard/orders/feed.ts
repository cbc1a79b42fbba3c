// Imports carry extensions, unlike the rest of the dashboard: this file is unit-tested in Node.
import { signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index.js'
import type { OrderStatus, OrderView } from '../../contract/order.js'
import type { RowSource } from '../parts/row-source.js'

/** Older rows are evicted, so a page left open cannot exhaust memory. */
export const MAX_ROWS = 100_000

const ranks: Record<OrderStatus, number> = {
  pending: 0,
  confirmed: 1,
  shipped: 2,
  delivered: 3,
  cancelled: 4,
}

/** Whether `a` is a later state of the order than `b`. Statuses only move forward, which breaks ties of `updatedAt`. */
export const isNewer = (a: OrderView, b: OrderView) =>
  a.updatedAt > b.updatedAt || (a.updatedAt === b.updatedAt && ranks[a.status] > ranks[b.status])

const byId = (a: OrderView, b: OrderView) => (a.id < b.id ? -1 : 1)

export interface OrderPage {
  items: OrderView[]
  nextCursor: string | null
}

/**
 * Orders, newest first: pages loaded from the API, merged with live events. The result does not depend on the order
 * in which pages and events arrive.
 */
export class OrderFeed implements RowSource<OrderView> {
  /** Increments on every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  readonly #status: OrderStatus | undefined
  /** Error of the last page load. */
  readonly failure = signal<unknown>(undefined)
  readonly #fetch: (cursor: string | undefined) => Promise<OrderPage>
  /** Sorted by id, ascending: newest last. */
  #rows: OrderView[] = []
  #cursor: string | undefined
  #complete = false
  #truncated = false
  /** Updates received while a page was loading, for orders it may contain. */
  #pendingUpdates = new Map<string, OrderView>()
  #generation = 0

  /** @param status lists only orders of this status; undefined lists all */
  constructor(status: OrderStatus | undefined, fetch: (cursor: string | undefined) => Promise<OrderPage>) {
    this.#status = status
    this.#fetch = fetch
  }

  get length(): number {
    return this.#rows.length
  }

  /** Whether older rows were evicted. */
  get truncated(): boolean {
    return this.#truncated
  }

  get complete(): boolean {
    return this.#complete
  }

  /** Returns the order at `index`; the newest is at 0. */
  at(index: number): OrderView | undefined {
    return this.#rows[this.#rows.length - 1 - index]
  }

  indexOf(id: string): number {
    const place = this.#placeOf(id)
    return this.#rows[place]?.id === id ? this.#rows.length - 1 - place : -1
  }

  /** Reloads from the first page. Current rows stay until it arrives. */
  reload(): Promise<void> {
    return this.#load(undefined, () => {
      this.#rows = []
      this.#truncated = false
      this.loaded.value = true
    })
  }

  /** Loads the next page, if any. */
  async more(): Promise<void> {
    const hasMore = this.loaded.peek() && !this.#complete && !this.#truncated
    if (hasMore && !this.loading.peek()) await this.#load(this.#cursor)
  }

  async #load(cursor: string | undefined, begin?: () => void): Promise<void> {
    const generation = ++this.#generation
    this.loading.value = true
    this.failure.value = undefined
    this.#pendingUpdates.clear()
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

  /** Applies live events. */
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
      for (const [id, order] of latest) this.#pendingUpdates.set(id, order)
      if (this.#pendingUpdates.size > MAX_ROWS) void this.reload()
    }
    const oldest = this.#rows[0]?.id
    const known = [...latest.values()].filter(
      // Orders older than every loaded row arrive with their page.
      ({ id }) => made.has(id) || this.#complete || (oldest !== undefined && id >= oldest),
    )
    if (this.loaded.peek()) this.#merge(known)
  }

  /** Applies the order from an API response. */
  put(order: OrderView): void {
    if (this.indexOf(order.id) >= 0) this.#merge([order])
  }

  #take({ items, nextCursor }: OrderPage): void {
    this.#cursor = nextCursor ?? undefined
    this.#complete = nextCursor === null
    const oldest = items.at(-1)?.id ?? ''
    const pending = [...this.#pendingUpdates.values()].filter(({ id }) => this.#complete || id >= oldest)
    this.#pendingUpdates.clear()
    this.#merge(items)
    this.#merge(pending)
    this.version.value++
  }

  /** Binary search: the index of `id`, or its insertion point. */
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
    if (this.#rows.length > MAX_ROWS) {
      this.#rows.splice(0, this.#rows.length - MAX_ROWS)
      this.#truncated = true
      this.#complete = false
    }
    this.version.value++
  }

  #insert(added: OrderView[]): void {
    const first = added.sort(byId)[0]
    if (!first) return
    // Usually all are newer than the existing rows, and nothing has to move.
    const tail = this.#rows.splice(this.#placeOf(first.id))
    const merged = tail.length === 0 ? added : tail.concat(added).sort(byId)
    for (const order of merged) this.#rows.push(order)
  }
}
