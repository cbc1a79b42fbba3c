import { LRUCache } from 'lru-cache'
import type { Db } from '../db/types.js'
import { type VersionedProduct, type VersionedRow, versioned } from './product.js'

/** A product as it is now, with its JSON made once. */
export interface ReadyProduct extends VersionedProduct {
  json: string
}

/** A read of the database under way: which products changed since it began, so that what it finds may be old. */
export interface Reading {
  changed: Set<string>
  /** Whether any product may have. */
  all: boolean
}

export type ProductCache = ReturnType<typeof createProductCache>

const BYTES_MAX = 32 * 1024 * 1024
/** What a product takes beside its JSON, about. */
const BYTES_A_PRODUCT = 500
/** The log tells of every change the program makes; this covers hands that edit the database. */
const MAX_AGE_MS = 30_000
/** How often the time is looked at. Each look is a timer too: one each millisecond is what would be made otherwise. */
export const AGE_STEP_MS = 1_000

const ready = (row: VersionedRow): ReadyProduct => {
  const product = versioned(row)
  return { ...product, json: JSON.stringify(product.product) }
}

/** The products that are asked for often, kept true by whoever calls `forget` for all that changes. */
export function createProductCache(db: Db) {
  const kept = new LRUCache<string, ReadyProduct>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ json }) => json.length + BYTES_A_PRODUCT,
    ttl: MAX_AGE_MS,
    ttlResolution: AGE_STEP_MS,
  })
  const readings = new Set<Reading>()
  const underWay = new Map<string, Promise<ReadyProduct | undefined>>()

  const keep = (row: VersionedRow, { changed, all }: Reading): ReadyProduct => {
    const product = ready(row)
    if (!all && !changed.has(row.id)) kept.set(row.id, product)
    return product
  }

  /** Runs `read` and gives it a way to keep the rows that it finds, but for what changes meanwhile. */
  async function reading<T>(read: (reading: Reading) => Promise<T>): Promise<T> {
    const mine: Reading = { changed: new Set(), all: false }
    readings.add(mine)
    try {
      return await read(mine)
    } finally {
      readings.delete(mine)
    }
  }

  const load = (id: string) =>
    reading(async (mine) => {
      const row = await db.read.product.findFirst({ where: { id, deletedAt: null } })
      return row ? keep(row, mine) : undefined
    })

  return {
    keep,
    reading,

    /** The product if it is at hand. */
    peek: (id: string): ReadyProduct | undefined => kept.get(id),

    /** The product, from the database if need be; all who ask meanwhile share one query. */
    get(id: string): Promise<ReadyProduct | undefined> | ReadyProduct {
      const known = kept.get(id)
      if (known) return known
      const asked = underWay.get(id)
      if (asked) return asked
      const answer = load(id).finally(() => {
        if (underWay.get(id) === answer) underWay.delete(id)
      })
      underWay.set(id, answer)
      return answer
    },

    /** Says that the product changed: whoever asks from now on gets the change. */
    forget(id: string): void {
      kept.delete(id)
      underWay.delete(id)
      for (const { changed } of readings) changed.add(id)
    },

    /** Says that any product may have changed. */
    forgetAll(): void {
      kept.clear()
      underWay.clear()
      for (const reading of readings) reading.all = true
    },
  }
}
