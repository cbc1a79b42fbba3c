// Imports carry extensions, unlike most of the dashboard: this file is unit-tested in Node.
import type { ReadonlySignal } from '@preact/signals'
import type { RowSource } from './row-source.js'

/** The rows of `source`, which keep their places while they are held: what comes or goes meanwhile shows afterwards. */
export class SteadyRows<T extends { id: string }> implements RowSource<T> {
  readonly loading: ReadonlySignal<boolean>
  readonly #source: RowSource<T>
  #kept: T[] | undefined
  #places = new Map<string, number>()

  constructor(source: RowSource<T>) {
    this.#source = source
    this.loading = source.loading
  }

  get length(): number {
    return this.#kept ? this.#kept.length : this.#source.length
  }

  at(index: number): T | undefined {
    const row = this.#kept ? this.#kept[index] : this.#source.at(index)
    return row && this.#kept ? (this.#source.at(this.#source.indexOf(row.id)) ?? row) : row
  }

  indexOf(id: string): number {
    return this.#kept ? (this.#places.get(id) ?? -1) : this.#source.indexOf(id)
  }

  hold(): void {
    this.release()
    if (this.#source.length === 0) return
    this.#kept = []
    this.#append(0)
  }

  release(): void {
    this.#kept = undefined
    this.#places.clear()
  }

  /** Adds the rows below the last kept one, such as those of a page that was loaded meanwhile. */
  extend(): void {
    const last = this.#kept?.at(-1)
    if (!last) return
    const place = this.#source.indexOf(last.id)
    if (place >= 0 && place < this.#source.length - 1) this.#append(place + 1)
  }

  #append(from: number): void {
    for (let i = from; i < this.#source.length; i++) {
      const row = this.#source.at(i)
      if (!row || !this.#kept || this.#places.has(row.id)) continue
      this.#places.set(row.id, this.#kept.length)
      this.#kept.push(row)
    }
  }
}
