import type { AnyEvent } from '../contract/events.js'
import type { Db } from '../db/db.js'
import { isLow } from '../stream/stock-events.js'

/** A product running low. */
export interface LowProduct {
  id: string
  name: string
  stock: number
}

/** The latest events of a product during a scan, whose rows may be older. */
interface Heard {
  stock: number
  /** Undefined if no event told it. */
  threshold: number | null | undefined
}

/** Products examined per step: some milliseconds with SQLite, during which nothing else runs. */
const PART_ROWS = 1_000

/**
 * Tracks which products run low: found by a scan on first use, then kept up to date by the log. No index covers them,
 * and the order path should not pay for one.
 */
export class LowStock {
  readonly #db: Db
  readonly #threshold: number
  #low = new Map<string, number>()
  /** Products with a threshold of their own. */
  #thresholds = new Map<string, number>()
  #search: Promise<void> | undefined
  /** During a scan: products with events since it started. */
  #heard: Map<string, Heard> | undefined

  /** @param threshold stock at or below which a product runs low */
  constructor(db: Db, threshold: number) {
    this.#db = db
    this.#threshold = threshold
  }

  /** Applies new events of the log. */
  note(events: AnyEvent[]): void {
    if (!this.#search) return
    for (const { type, data } of events)
      if (type === 'stock:changed') this.#put(data.productId, data.stock)
      else if (type === 'product:deleted') this.#put(data.id, Number.POSITIVE_INFINITY, null)
      else if (type === 'product:created' || type === 'product:updated')
        this.#put(data.id, data.stock, data.lowStockThreshold)
  }

  /** Clears everything: events were missed. A scan in flight fills an abandoned map. */
  forgetAll(): void {
    this.#low = new Map()
    this.#thresholds = new Map()
    this.#search = undefined
  }

  /** Returns the number of products running low, and the `limit` ones with the least stock. */
  async lowest(limit: number): Promise<{ count: number; items: LowProduct[] }> {
    this.#search ??= this.#begin()
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

  async #begin(): Promise<void> {
    const heard = new Map<string, Heard>()
    this.#heard = heard
    try {
      await this.#findAll(this.#low, this.#thresholds, heard)
    } catch (error) {
      if (this.#heard === heard) this.#search = undefined
      throw error
    } finally {
      if (this.#heard === heard) this.#heard = undefined
    }
  }

  /** @param threshold the product's own; undefined if the event did not tell it */
  #put(id: string, stock: number, threshold?: number | null): void {
    this.#heard?.set(id, {
      stock,
      threshold: threshold === undefined ? this.#heard.get(id)?.threshold : threshold,
    })
    if (threshold === null) this.#thresholds.delete(id)
    else if (threshold !== undefined) this.#thresholds.set(id, threshold)
    if (isLow(stock, this.#thresholds.get(id) ?? this.#threshold)) this.#low.set(id, stock)
    else this.#low.delete(id)
  }

  /** Scans all products in steps, since no index orders them by stock. */
  async #findAll(
    found: Map<string, number>,
    thresholds: Map<string, number>,
    heard: ReadonlyMap<string, Heard>,
  ): Promise<void> {
    const { read, steps } = this.#db
    for (let after = ''; ; ) {
      const from = after
      const last = await steps.step(() =>
        read.product.findFirst({
          where: { deletedAt: null, id: { gt: from } },
          orderBy: { id: 'asc' },
          skip: PART_ROWS - 1,
          select: { id: true },
        }),
      )
      const rows = await steps.step(() =>
        read.product.findMany({
          where: {
            deletedAt: null,
            OR: [{ lowStockThreshold: { not: null } }, { stock: { lte: this.#threshold } }],
            id: { gt: from, ...(last && { lte: last.id }) },
          },
          select: { id: true, stock: true, lowStockThreshold: true },
        }),
      )
      for (const row of rows) {
        const { stock = Number(row.stock), threshold = row.lowStockThreshold } = heard.get(row.id) ?? {}
        if (threshold !== null) thresholds.set(row.id, threshold)
        if (isLow(stock, threshold ?? this.#threshold)) found.set(row.id, stock)
        else found.delete(row.id)
      }
      if (!last) return
      after = last.id
    }
  }
}

/** Returns the `limit` entries with the smallest values, ascending. */
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
