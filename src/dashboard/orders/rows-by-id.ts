const byId = <T extends { id: string }>(a: T, b: T) => (a.id < b.id ? -1 : 1)

/** Rows sorted by id, ascending. */
export class RowsById<T extends { id: string }> {
  #rows: T[] = []

  get length(): number {
    return this.#rows.length
  }

  at(index: number): T | undefined {
    return this.#rows[index]
  }

  /** The index of `id`; -1 if there is no such row. */
  indexOf(id: string): number {
    const place = this.#placeOf(id)
    return this.#rows[place]?.id === id ? place : -1
  }

  replace(index: number, row: T): void {
    this.#rows[index] = row
  }

  clear(): void {
    this.#rows = []
  }

  remove(ids: ReadonlySet<string>): void {
    if (ids.size > 0) this.#rows = this.#rows.filter(({ id }) => !ids.has(id))
  }

  /** Removes the first rows beyond `max`. @returns whether there were any */
  truncate(max: number): boolean {
    if (this.#rows.length <= max) return false
    this.#rows.splice(0, this.#rows.length - max)
    return true
  }

  insert(added: T[]): void {
    const first = added.sort(byId)[0]
    if (!first) return
    // Usually all are newer than the existing rows, and nothing has to move.
    const tail = this.#rows.splice(this.#placeOf(first.id))
    const merged = tail.length === 0 ? added : tail.concat(added).sort(byId)
    for (const row of merged) this.#rows.push(row)
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
}
