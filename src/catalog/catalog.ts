import { onReplicas } from '../db/db.js'
import { notFound } from '../errors.js'
import { isId } from '../ids.js'
import { createStockAdjustment } from './adjust-stock.js'
import { createListCache } from './cache/list-cache.js'
import { createProductCache, type ReadyProduct } from './cache/product-cache.js'
import { createProductChanges } from './change-products.js'
import { createProductExport } from './export-products.js'
import { createProductImport } from './files/import-products.js'
import { type LedgerQuery, readLedger } from './ledger.js'
import { type DeletedQuery, listDeleted } from './list-deleted.js'
import type { CatalogOptions } from './product-transactions.js'
import { createProductFinder } from './search/search-products.js'
import { createStocktake } from './take-stock.js'

function found(product: ReadyProduct | undefined): ReadyProduct {
  if (!product) throw notFound('product')
  return product
}

/** The product catalogue: cached reads, searched lists, and writes. */
export function createCatalog(options: CatalogOptions) {
  const { db, eventLog } = options
  const products = createProductCache(db)
  const find = createProductFinder(onReplicas(db))
  const lists = createListCache(products, find)
  // Read your own writes: apply local events in the commit, before the next read.
  eventLog.onCommit(lists.applyEvents)

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

    listDeleted: (query: DeletedQuery) => listDeleted(db, query),

    ledger: (id: string, query: LedgerQuery) => readLedger(onReplicas(db), id, query),

    /** Applies events from the log, so this process sees changes made by others. */
    applyEvents: lists.applyEvents,

    /** Clears the caches. Call it when events were missed. */
    forgetAll: lists.forgetAll,

    ...createProductChanges(options),

    ...createStockAdjustment(options),

    ...createStocktake(options),

    ...createProductImport(options),

    ...createProductExport(find, db.money),
  }
}
