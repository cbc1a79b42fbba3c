import { signal } from '@preact/signals'
import type { RowSource } from './row-source'

/** A page of a list of the API. */
export interface Page<T> {
  items: T[]
  /** Null at the end. */
  nextCursor: string | null
}

/** Rows of a list in the server's order, loaded page by page as they are scrolled to. */
export class PagedRows<T extends { id: string }> implements RowSource<T> {
  /** Increments on every change. */
  readonly version = signal(0)
  readonly loading = signal(false)
  readonly loaded = signal(false)
  /** Error of the last page load. */
  readonly failure = signal<unknown>(undefined)
  readonly #fetch: (cursor: string | undefined) => Promise<Page<T>>
  #rows: T[] = []
  #places = new Map<string, number>()
  #cursor: string | null = null
  #generation = 0

  constructor(fetch: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#fetch = fetch
  }

  get length(): number {
    return this.#rows.length
  }

  at(index: number): T | undefined {
    return this.#rows[index]
  }

  indexOf(id: string): number {
    return this.#places.get(id) ?? -1
  }

  /** Reloads from the first page. Current rows stay until it arrives. */
  reload(): Promise<void> {
    return this.#load(undefined)
  }

  /** Loads the next page, if any. */
  async more(): Promise<void> {
    if (this.loaded.peek() && !this.loading.peek() && this.#cursor !== null) await this.#load(this.#cursor)
  }

  /** Replaces the row of the same id, if it is loaded. */
  put(row: T): void {
    const place = this.#places.get(row.id)
    if (place !== undefined) this.#show(this.#rows.with(place, row))
  }

  /** Replaces or inserts a row, where the ids of a list put it that has the newest first, unless that is past the loaded pages. */
  add(row: T): void {
    if (this.#places.has(row.id)) return this.put(row)
    const place = this.#rows.findIndex(({ id }) => id < row.id)
    if (place >= 0) this.#show(this.#rows.toSpliced(place, 0, row))
    else if (this.#cursor === null && this.loaded.peek()) this.#show([...this.#rows, row])
  }

  remove(id: string): void {
    this.#show(this.#rows.filter((row) => row.id !== id))
  }

  #show(rows: T[]): void {
    this.#rows = rows
    this.#places = new Map(rows.map(({ id }, i) => [id, i]))
    this.version.value++
  }

  async #load(cursor: string | undefined): Promise<void> {
    const generation = ++this.#generation
    this.loading.value = true
    this.failure.value = undefined
    try {
      let { items, nextCursor } = await this.#fetch(cursor)
      // A page of a rare search may be empty and still carry a cursor: the server bounds the rows scanned per page.
      while (items.length === 0 && nextCursor !== null && generation === this.#generation)
        ({ items, nextCursor } = await this.#fetch(nextCursor))
      if (generation !== this.#generation) return
      this.#cursor = nextCursor
      this.#show(
        cursor === undefined ? items : [...this.#rows, ...items.filter(({ id }) => !this.#places.has(id))],
      )
      this.loaded.value = true
    } catch (error) {
      if (generation === this.#generation) this.failure.value = error
    }
    if (generation === this.#generation) this.loading.value = false
  }
}
