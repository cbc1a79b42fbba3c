import { notFound } from '../errors.js'
import { isId } from '../ids.js'
import type { AnyEvent } from '../stream/events.js'
import { type CatalogOptions, createProductChanges } from './change-products.js'
import { createProductFinder } from './find-products.js'
import { createListCache } from './list-cache.js'
import { createProductCache, type ReadyProduct } from './product-cache.js'

function found(product: ReadyProduct | undefined): ReadyProduct {
  if (!product) throw notFound('product')
  return product
}

/** The products that are for sale: reading and changing them. */
export function createCatalog(options: CatalogOptions) {
  const { db, eventLog } = options
  const products = createProductCache(db)
  const lists = createListCache(products, createProductFinder(db))
  const heard = (events: unknown[]) => lists.heard(events as AnyEvent[])
  // What is committed here is seen by the very next read.
  eventLog.onCommit(heard)

  return {
    /** At once where it is at hand. @throws Problem notFound */
    get(id: string): Promise<ReadyProduct> | ReadyProduct {
      const product = isId(id) ? products.get(id) : undefined
      return product instanceof Promise ? product.then(found) : found(product)
    },

    list: lists.list,

    /** Takes in events of the log, so that what other processes changed is seen here. */
    heard,

    /** To be called when events were missed. */
    forgetAll: lists.forgetAll,

    ...createProductChanges(options),
  }
}
