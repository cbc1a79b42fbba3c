import { signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index'
import type { ProductView } from '../../contract/product'
import type { RowSource } from '../parts/row-source.js'

export interface ProductPage {
  items: ProductView[]
  nextCursor: string | null
}

/** Ids ascend with the time of creation. */
const newestFirst = (a: ProductView, b: ProductView) => (a.id < b.id ? 1 : -1)

/** Products of a search in its sort order: pages loaded from the API, updated by live events. */
export class Shelf implements RowSource<ProductView> {
  /** Increments on every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  readonly failure = signal<unknown>(undefined)
  /** Number of products created since the load, possibly of this list. */
  readonly added = signal(0)
  readonly #newestFirst: boolean
  readonly #fetch: (cursor: string | undefined) => Promise<ProductPage>
  #rows: ProductView[] = []
  #places = new Map<string, number>()
  #cursor: string | null = null
  #generation = 0
  /** Events received while a page was loading. */
  #pendingEvents: AnyEvent[] = []

  /** @param newestFirst the list is unfiltered and newest first, so the place of a new product is known */
  constructor(newestFirst: boolean, fetch: (cursor: string | undefined) => Promise<ProductPage>) {
    this.#newestFirst = newestFirst
    this.#fetch = fetch
  }

  get length(): number {
    return this.#rows.length
  }

  get complete(): boolean {
    return this.#cursor === null
  }

  at(index: number): ProductView | undefined {
    return this.#rows[index]
  }

  indexOf(id: string): number {
    return this.#places.get(id) ?? -1
  }

  reload(): Promise<void> {
    return this.#load(undefined)
  }

  async more(): Promise<void> {
    if (this.loaded.peek() && !this.loading.peek() && this.#cursor !== null) await this.#load(this.#cursor)
  }

  /** Applies live events. */
  apply(events: AnyEvent[]): void {
    if (this.loading.peek()) for (const event of events) this.#pendingEvents.push(event)
    const gone = new Set<string>()
    const made = new Map<string, ProductView>()
    let changed = false
    for (const { type, data } of events) {
      if (type === 'stock:changed') changed = this.#change(data.productId, { stock: data.stock }) || changed
      else if (type === 'product:updated') changed = this.#change(data.id, data) || changed
      else if (type === 'product:deleted') {
        gone.add(data.id)
        made.delete(data.id)
      } else if (type === 'product:created') {
        gone.delete(data.id)
        if (this.#places.has(data.id)) changed = this.#change(data.id, data) || changed
        else made.set(data.id, data)
      }
    }
    if (made.size > 0 && !this.#newestFirst) this.added.value += made.size
    const added = this.#newestFirst ? [...made.values()].filter((product) => this.#reaches(product)) : []
    if (gone.size > 0 || added.length > 0) {
      const rows = added.length > 0 ? [...added, ...this.#rows].sort(newestFirst) : this.#rows
      this.#rows = rows.filter(({ id }) => !gone.has(id))
      this.#placeAll()
    } else if (!changed) return
    this.version.value++
  }

  /** Applies the product from an API response. */
  put(product: ProductView): void {
    if (this.#change(product.id, product)) this.version.value++
  }

  /** Whether the loaded pages of a list with the newest first have a place for `product`: a restored one may be old. */
  #reaches({ id }: ProductView): boolean {
    const last = this.#rows.at(-1)
    return this.complete || last === undefined || id > last.id
  }

  #change(id: string, changes: Partial<ProductView>): boolean {
    const place = this.#places.get(id)
    const product = place === undefined ? undefined : this.#rows[place]
    if (place === undefined || !product) return false
    this.#rows[place] = { ...product, ...changes }
    return true
  }

  #placeAll(): void {
    this.#places = new Map(this.#rows.map(({ id }, i) => [id, i]))
  }

  async #load(cursor: string | undefined): Promise<void> {
    const generation = ++this.#generation
    this.loading.value = true
    this.failure.value = undefined
    this.#pendingEvents = []
    try {
      let { items, nextCursor } = await this.#fetch(cursor)
      // A page of a rare search may be empty and still carry a cursor: the server bounds the rows scanned per page.
      while (items.length === 0 && nextCursor !== null && generation === this.#generation)
        ({ items, nextCursor } = await this.#fetch(nextCursor))
      if (generation !== this.#generation) return
      this.#rows =
        cursor === undefined ? items : [...this.#rows, ...items.filter(({ id }) => !this.#places.has(id))]
      this.#placeAll()
      this.#cursor = nextCursor
      if (cursor === undefined) this.added.value = 0
      this.loaded.value = true
      this.version.value++
    } catch (error) {
      if (generation === this.#generation) this.failure.value = error
    }
    if (generation !== this.#generation) return
    this.loading.value = false
    const pending = this.#pendingEvents
    this.#pendingEvents = []
    this.apply(pending)
  }
}
