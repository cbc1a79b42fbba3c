import { signal } from '@preact/signals'
import type { ProductView } from '../../catalog/product'
import type { AnyEvent } from '../../client/index'
import type { RowSource } from '../parts/row-source.js'
import { learn } from './names'

export interface ProductPage {
  items: ProductView[]
  nextCursor: string | null
}

/** The products of a search, in its order: pages from the API, kept true by the log. */
export class Shelf implements RowSource<ProductView> {
  /** Grows with every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  readonly failure = signal<unknown>(undefined)
  /** Products that were added since, and may belong into this list. */
  readonly added = signal(0)
  readonly #newestFirst: boolean
  readonly #fetch: (cursor: string | undefined) => Promise<ProductPage>
  #rows: ProductView[] = []
  #places = new Map<string, number>()
  #cursor: string | null = null
  #generation = 0
  /** What was told while a page was on its way. */
  #told: AnyEvent[] = []

  /** @param newestFirst whether the list holds all products, and a new one belongs on top */
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

  /** Takes what the log tells. */
  apply(events: AnyEvent[]): void {
    if (this.loading.peek()) for (const event of events) this.#told.push(event)
    const gone = new Set<string>()
    const made: ProductView[] = []
    let changed = false
    for (const { type, data } of events) {
      if (type === 'stock:changed') changed = this.#change(data.productId, { stock: data.stock }) || changed
      else if (type === 'product:updated') changed = this.#change(data.id, data) || changed
      else if (type === 'product:deleted') gone.add(data.id)
      else if (type === 'product:created' && !this.#places.has(data.id)) made.unshift(data)
    }
    if (made.length > 0 && !this.#newestFirst) this.added.value += made.length
    const onTop = this.#newestFirst ? made : []
    if (gone.size > 0 || onTop.length > 0) {
      this.#rows = [...onTop, ...this.#rows].filter(({ id }) => !gone.has(id))
      this.#placeAll()
    } else if (!changed) return
    this.version.value++
  }

  /** Takes what an answer told of one product. */
  put(product: ProductView): void {
    if (this.#change(product.id, product)) this.version.value++
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
    this.#told = []
    try {
      let { items, nextCursor } = await this.#fetch(cursor)
      // A search that matches few of very many products may find none yet, and say where it goes on.
      while (items.length === 0 && nextCursor !== null && generation === this.#generation)
        ({ items, nextCursor } = await this.#fetch(nextCursor))
      if (generation !== this.#generation) return
      learn(items)
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
    const told = this.#told
    this.#told = []
    this.apply(told)
  }
}
