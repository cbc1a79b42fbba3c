// Imports carry extensions, unlike the rest of the dashboard: this file is unit-tested in Node.
import { signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index.js'
import type { OrderStatus, OrderView } from '../../contract/order.js'
import type { RowSource } from '../parts/row-source.js'
import { RowsById } from './rows-by-id.js'

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

export interface OrderPage {
  items: OrderView[]
  nextCursor: string | null
}

/** Whether a list contains `order`; undefined if only the server can tell, as for a search by words. */
export type Matcher = (order: OrderView) => boolean | undefined

/**
 * Orders, newest first: pages loaded from the API, merged with live events. The result does not depend on the order
 * in which pages and events arrive. While the feed is held, no row moves: new rows and departures wait.
 */
export class OrderFeed implements RowSource<OrderView> {
  /** Increments on every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  /** Error of the last page load. */
  readonly failure = signal<unknown>(undefined)
  /** Number of new orders that wait for the end of the hold. */
  readonly waiting = signal(0)
  /** Number of orders placed since the load that only the server can match against the filter. */
  readonly unsure = signal(0)
  readonly #matches: Matcher
  readonly #fetch: (cursor: string | undefined) => Promise<OrderPage>
  /** Newest last. */
  readonly #rows = new RowsById<OrderView>()
  #cursor: string | undefined
  #complete = false
  #truncated = false
  /** Updates received while a page was loading, for orders it may contain. */
  #pendingUpdates = new Map<string, OrderView>()
  #generation = 0
  #holding = false
  /** New orders, and rows that match no more, until the end of the hold. */
  #held = new Map<string, OrderView>()
  #leaving = new Set<string>()
  /** A first page that replaces the rows at the end of the hold. */
  #replacement: OrderPage | undefined

  constructor(matches: Matcher, fetch: (cursor: string | undefined) => Promise<OrderPage>) {
    this.#matches = matches
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
    return this.#rows.at(this.#rows.length - 1 - index)
  }

  indexOf(id: string): number {
    const place = this.#rows.indexOf(id)
    return place < 0 ? -1 : this.#rows.length - 1 - place
  }

  /** Keeps every row in its place until `release`. */
  hold(): void {
    this.#holding = true
  }

  release(): void {
    this.#holding = false
    this.show()
  }

  /** Shows the new orders that wait, and removes the rows that match no more. A hold goes on. */
  show(): void {
    if (this.#replacement) this.#replace(this.#replacement)
    if (this.#held.size + this.#leaving.size === 0) return
    this.#rows.remove(this.#leaving)
    this.#rows.insert([...this.#held.values()])
    this.#forgetHeld()
    this.#evict()
    this.version.value++
  }

  /** Reloads from the first page. Current rows stay until it arrives, and while they are held. */
  reload(): Promise<void> {
    return this.#load(undefined)
  }

  /** Loads the next page, if any. */
  async more(): Promise<void> {
    const hasMore = this.loaded.peek() && !this.#complete && !this.#truncated
    if (!hasMore || this.loading.peek()) return
    if (this.#replacement) this.show() // a scroll to the end aims at no row
    if (!this.#complete) await this.#load(this.#cursor)
  }

  async #load(cursor: string | undefined): Promise<void> {
    const generation = ++this.#generation
    this.loading.value = true
    this.failure.value = undefined
    this.#replacement = undefined
    this.#pendingUpdates.clear()
    try {
      let page = await this.#fetch(cursor)
      // A page of a rare search may be empty and still carry a cursor: the server bounds the rows scanned per page.
      while (page.items.length === 0 && page.nextCursor !== null && generation === this.#generation)
        page = await this.#fetch(page.nextCursor)
      if (generation !== this.#generation) return
      if (cursor !== undefined) this.#take(page)
      else if (this.#holding && this.#rows.length > 0) this.#postpone(page)
      else this.#replace(page)
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
    if (this.loading.peek() || this.#replacement) {
      for (const [id, order] of latest) this.#pendingUpdates.set(id, order)
      if (this.#pendingUpdates.size > MAX_ROWS) void this.reload()
    }
    const oldest = this.#rows.at(0)?.id
    const known = [...latest.values()].filter(
      // Orders older than every loaded row arrive with their page.
      ({ id }) => made.has(id) || this.#complete || (oldest !== undefined && id >= oldest),
    )
    if (!this.loaded.peek()) return
    let unsure = 0
    for (const id of made) {
      const order = latest.get(id)
      if (order && this.#matches(order) === undefined) unsure++
    }
    this.unsure.value += unsure
    this.#merge(known)
  }

  /** Applies the order from an API response. */
  put(order: OrderView): void {
    if (this.indexOf(order.id) >= 0 || this.#held.has(order.id)) this.#merge([order])
  }

  /** Shows what `page` tells of the rows, which stay in their places until `show`. */
  #postpone(page: OrderPage): void {
    this.#replacement = page
    const oldest = this.#rows.at(0)?.id ?? ''
    this.#merge(page.items.filter(({ id }) => id > oldest))
  }

  #replace(page: OrderPage): void {
    this.#replacement = undefined
    this.#rows.clear()
    this.#forgetHeld()
    this.#truncated = false
    this.unsure.value = 0
    this.loaded.value = true
    this.#take(page)
  }

  #take({ items, nextCursor }: OrderPage): void {
    this.#cursor = nextCursor ?? undefined
    this.#complete = nextCursor === null
    const oldest = items.at(-1)?.id ?? ''
    const pending = [...this.#pendingUpdates.values()].filter(({ id }) => this.#complete || id >= oldest)
    this.#pendingUpdates.clear()
    this.#insertPage(items)
    this.#merge(pending)
    this.version.value++
  }

  /** Rows of a page are older than the loaded ones, or replace them: they are not held. */
  #insertPage(items: OrderView[]): void {
    const added: OrderView[] = []
    for (const order of items) {
      const place = this.#rows.indexOf(order.id)
      const present = this.#rows.at(place)
      if (place < 0 && !this.#held.has(order.id)) added.push(order)
      else if (present && isNewer(order, present)) this.#rows.replace(place, order)
    }
    this.#rows.insert(added)
  }

  #merge(orders: OrderView[]): void {
    for (const order of orders) {
      const matches = this.#matches(order)
      const place = this.#rows.indexOf(order.id)
      const present = this.#rows.at(place) ?? this.#held.get(order.id)
      if (present && !isNewer(order, present)) continue
      if (place >= 0) {
        if (matches === false) this.#leaving.add(order.id)
        else this.#leaving.delete(order.id)
        this.#rows.replace(place, order)
      } else if (matches) this.#held.set(order.id, order)
      else this.#held.delete(order.id)
    }
    this.waiting.value = this.#held.size
    if (!this.#holding || this.#held.size > MAX_ROWS) this.show()
    this.version.value++
  }

  #forgetHeld(): void {
    this.#held.clear()
    this.#leaving.clear()
    this.waiting.value = 0
  }

  #evict(): void {
    if (!this.#rows.truncate(MAX_ROWS)) return
    this.#truncated = true
    this.#complete = false
  }
}
