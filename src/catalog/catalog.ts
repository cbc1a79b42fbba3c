import type { AnyEvent } from '../contract/events.js'
import { notFound } from '../errors.js'
import { isId } from '../ids.js'
import { createListCache } from './cache/list-cache.js'
import { createProductCache, type ReadyProduct } from './cache/product-cache.js'
import { type CatalogOptions, createProductChanges } from './change-products.js'
import { createProductFinder } from './search/search-products.js'

function found(product: ReadyProduct | undefined): ReadyProduct {
  if (!product) throw notFound('product')
  return product
}

/** The product catalogue: cached reads, searched lists, and writes. */
export function createCatalog(options: CatalogOptions) {
  const { db, eventLog } = options
  const products = createProductCache(db)
  const lists = createListCache(products, createProductFinder(db))
  const applyEvents = (events: unknown[]) => lists.applyEvents(events as AnyEvent[])
  // Read your own writes: apply local events in the commit, before the next read.
  eventLog.onCommit(applyEvents)

  return {
    /**
     * Returns a cached product synchronously, otherwise a promise.
     * @throws Problem notFound
     */
    get(id: string): Promise<ReadyProduct> | ReadyProduct {
      const product = isId(id) ? products.get(id) : undefined
      return product instanceof Promise ? product.then(found) : found(product)
    },

    list: lists.list,

    /** Applies events from the log, so this process sees changes made by others. */
    applyEvents,

    /** Clears the caches. Call it when events were missed. */
    forgetAll: lists.forgetAll,

    ...createProductChanges(options),
  }
}
