import { LRUCache } from 'lru-cache'
import type { Db } from '../../db/db.js'
import type { Money } from '../../money.js'
import { SingleFlight } from '../../single-flight.js'
import { type VersionedProduct, type VersionedRow, versioned } from '../product.js'

/** A current product with its JSON serialized once. */
export interface ReadyProduct extends VersionedProduct {
  json: string
}

/** A database read in flight: records the products changed since it began, so a stale row is not cached. */
export interface Reading {
  changed: Set<string>
  /** Whether any product may have changed. */
  all: boolean
}

export type ProductCache = ReturnType<typeof createProductCache>

const MAX_BYTES = 32 * 1024 * 1024
/** Approximate size of an entry beyond its JSON. */
const BYTES_PER_PRODUCT = 500
/**
 * Safety net for manual edits to the database: changes made by the program are invalidated by their events.
 */
const MAX_AGE_MS = 30_000
/**
 * Granularity of the TTL clock. Each refresh also sets a timer: the default resolution would set one per
 * millisecond.
 */
export const TTL_RESOLUTION_MS = 1_000

const ready = (row: VersionedRow, money: Money): ReadyProduct => {
  const product = versioned(row, money)
  return { ...product, json: JSON.stringify(product.product) }
}

/** A cache of hot products. The caller invalidates it with `forget` for every change. */
export function createProductCache(db: Db) {
  const cache = new LRUCache<string, ReadyProduct>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ json }) => json.length + BYTES_PER_PRODUCT,
    ttl: MAX_AGE_MS,
    ttlResolution: TTL_RESOLUTION_MS,
  })
  const readings = new Set<Reading>()
  const loads = new SingleFlight<ReadyProduct | undefined>()

  const keep = (row: VersionedRow, { changed, all }: Reading): ReadyProduct => {
    const product = ready(row, db.money)
    if (!all && !changed.has(row.id)) cache.set(row.id, product)
    return product
  }

  /** Runs `read` with a handle for caching its rows; rows changed in the meantime are not cached. */
  async function reading<T>(read: (reading: Reading) => Promise<T>): Promise<T> {
    const handle: Reading = { changed: new Set(), all: false }
    readings.add(handle)
    try {
      return await read(handle)
    } finally {
      readings.delete(handle)
    }
  }

  const load = (id: string) =>
    reading(async (handle) => {
      const row = await db.read.product.findFirst({ where: { id, deletedAt: null } })
      return row ? keep(row, handle) : undefined
    })

  return {
    keep,
    reading,

    /** Returns the cached product, if any. */
    peek: (id: string): ReadyProduct | undefined => cache.get(id),

    /** Returns the product from the cache or the database; concurrent misses share one query. */
    get(id: string): Promise<ReadyProduct | undefined> | ReadyProduct {
      return cache.get(id) ?? loads.run(id, () => load(id))
    },

    /** Invalidates a product: later reads see the change. */
    forget(id: string): void {
      cache.delete(id)
      loads.forget(id)
      for (const { changed } of readings) changed.add(id)
    },

    /** Invalidates every product. */
    forgetAll(): void {
      cache.clear()
      loads.forgetAll()
      for (const reading of readings) reading.all = true
    },
  }
}
