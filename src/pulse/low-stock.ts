import type { Db } from '../db/types.js'
import type { AnyEvent } from '../stream/events.js'

/** A product that runs out. */
export interface LowProduct {
  id: string
  name: string
  stock: number
}

const PAGE = 1_000

/**
 * Which products run low: looked for once, when first asked, and then kept true by the log. No index has them, and the
 * order path should not pay for one.
 */
export class LowStock {
  readonly #db: Db
  readonly #threshold: number
  #low = new Map<string, number>()
  #search: Promise<void> | undefined

  /** @param threshold a product with so many left, or fewer, runs low */
  constructor(db: Db, threshold: number) {
    this.#db = db
    this.#threshold = threshold
  }

  /** Takes the log's events as they come. */
  note(events: AnyEvent[]): void {
    if (!this.#search) return
    for (const { type, data } of events)
      if (type === 'stock:changed') this.#put(data.productId, data.stock)
      else if (type === 'product:deleted') this.#low.delete(data.id)
      else if (type === 'product:created' || type === 'product:updated') this.#put(data.id, data.stock)
  }

  /** Lets go of everything: events were missed. A search under way fills what nobody looks at any more. */
  forgetAll(): void {
    this.#low = new Map()
    this.#search = undefined
  }

  /** How many products run low, and the `limit` of them that have the least left. */
  async lowest(limit: number): Promise<{ count: number; items: LowProduct[] }> {
    this.#search ??= this.#findAll(this.#low).catch((error) => {
      this.#search = undefined
      throw error
    })
    await this.#search
    const least = leastOf(this.#low, limit)
    const rows = await this.#db.read.product.findMany({
      where: { id: { in: least.map(([id]) => id) }, deletedAt: null },
      select: { id: true, name: true },
    })
    const names = new Map(rows.map(({ id, name }) => [id, name]))
    const items = least.flatMap(([id, stock]) => {
      const name = names.get(id)
      return name === undefined ? [] : [{ id, name, stock }]
    })
    return { count: this.#low.size, items }
  }

  #put(id: string, stock: number): void {
    if (stock <= this.#threshold) this.#low.set(id, stock)
    else this.#low.delete(id)
  }

  async #findAll(found: Map<string, number>): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await this.#db.read.product.findMany({
        where: { deletedAt: null, stock: { lte: this.#threshold }, id: { gt: after } },
        orderBy: { id: 'asc' },
        take: PAGE,
        select: { id: true, stock: true },
      })
      for (const { id, stock } of rows) found.set(id, Number(stock))
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return
      after = last.id
    }
  }
}

/** The `limit` entries with the least values, least first. */
function leastOf(entries: Map<string, number>, limit: number): [string, number][] {
  const least: [string, number][] = []
  for (const entry of entries) {
    if (least.length === limit && entry[1] >= (least.at(-1)?.[1] ?? 0)) continue
    const place = least.findIndex(([, stock]) => stock > entry[1])
    least.splice(place === -1 ? least.length : place, 0, entry)
    if (least.length > limit) least.pop()
  }
  return least
}
