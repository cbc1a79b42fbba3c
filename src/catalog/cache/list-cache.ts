import { LRUCache } from 'lru-cache'
import type { AnyEvent } from '../../contract/events.js'
import type { ProductView } from '../../contract/product.js'
import type { Caller } from '../../db/admission.js'
import { SingleFlight } from '../../single-flight.js'
import type { FoundProducts, ListRequest } from '../search/search-products.js'
import { type ProductCache, type ReadyProduct, TTL_RESOLUTION_MS } from './product-cache.js'

export interface ProductList extends Omit<FoundProducts, 'rows'> {
  items: ProductView[]
}

/** A list with its JSON serialized once. */
export interface ReadyList {
  list: ProductList
  json: string
}

interface KnownList extends ReadyList {
  products: ReadyProduct[]
  /** The response fields besides `items`. */
  rest: Omit<ProductList, 'items'>
}

const MAX_BYTES = 16 * 1024 * 1024
const BYTES_PER_ITEM = 100
/** As for products: a safety net for manual edits to the database. */
const MAX_AGE_MS = 30_000
/** Above this many changed items a cached list is queried again instead of patched. */
const MAX_PATCHED = 2

/**
 * Returns the cache key of a list. Client-supplied text comes last, the SKU and the cursor length-prefixed, so keys
 * cannot collide.
 */
const cacheKeyOf = ({ sku, q, minPrice, maxPrice, inStock, sort, limit, cursor, page }: ListRequest) =>
  `${sort} ${limit} ${page} ${minPrice} ${maxPrice} ${inStock} ${sku?.length} ${sku ?? ''} ${cursor?.length} ${cursor ?? ''}${q === undefined ? '' : `=${q}`}`

/** A cache of lists, valid until an event may change their membership. */
function createEpochCache() {
  const cache = new LRUCache<string, KnownList>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ json, products }, key) =>
      2 * json.length + key.length + products.length * BYTES_PER_ITEM,
    ttl: MAX_AGE_MS,
    ttlResolution: TTL_RESOLUTION_MS,
  })
  let epoch = 0
  return {
    get: (key: string) => cache.get(key),
    clear() {
      epoch++
      cache.clear()
    },
    /**
     * Returns a setter bound to the current epoch: it does nothing if the cache is cleared in the meantime.
     */
    setter() {
      const startEpoch = epoch
      return (key: string, list: KnownList) => {
        if (epoch === startEpoch) cache.set(key, list)
      }
    },
  }
}

function assemble(products: ReadyProduct[], rest: KnownList['rest']): KnownList {
  const items = `[${products.map(({ json }) => json).join(',')}]`
  return {
    products,
    rest,
    list: { items: products.map(({ product }) => product), ...rest },
    json: `{"items":${items},${JSON.stringify(rest).slice(1)}`,
  }
}

/**
 * A cache of hot lists. Only membership and order are cached, until an event may change them; the current
 * items come from `products`, so an order invalidates one product of a cached list and not the list.
 */
export function createListCache(
  products: ProductCache,
  find: (request: ListRequest, caller: Caller) => Promise<FoundProducts>,
) {
  const anyStock = createEpochCache()
  const byStock = createEpochCache()
  const lookups = new SingleFlight<ReadyList>()

  const query = (request: ListRequest, caller: Caller) =>
    products.reading(async (reading) => {
      const { rows, ...rest } = await find(request, caller)
      return assemble(
        rows.map((row) => products.keep(row, reading)),
        rest,
      )
    })

  /** Returns the list with its changed products refreshed, or undefined when more than a few changed. */
  async function patch(known: KnownList): Promise<KnownList | undefined> {
    const changed = known.products.filter((product) => products.peek(product.product.id) !== product)
    if (changed.length > MAX_PATCHED) return undefined
    const now = await Promise.all(known.products.map(({ product }) => products.get(product.id)))
    const live = now.filter((product) => product !== undefined)
    return live.length === now.length ? assemble(live, known.rest) : undefined
  }

  const isCurrent = (known: KnownList) =>
    known.products.every((product) => products.peek(product.product.id) === product)

  return {
    /**
     * Returns a list. Concurrent requests for it share one lookup, which is aborted once all callers are
     * gone.
     * @throws Problem invalidRequest for a cursor of another sort order or a page too deep; overloaded.
     */
    list(request: ListRequest, caller?: Caller): Promise<ReadyList> | ReadyList {
      const lists = request.inStock === undefined ? anyStock : byStock
      const key = cacheKeyOf(request)
      const known = lists.get(key)
      if (known && isCurrent(known)) return known
      const lookUp = async (callers: Caller) => {
        const keep = lists.setter()
        const list = (known && (await patch(known))) ?? (await query(request, callers))
        keep(key, list)
        return list
      }
      return lookups.run(key, lookUp, caller)
    },

    /** Clears the cache: events were missed. */
    forgetAll(): void {
      lookups.forgetAll()
      products.forgetAll()
      anyStock.clear()
      byStock.clear()
    },

    /** Applies events in order; later reads see them. */
    applyEvents(events: AnyEvent[]): void {
      if (events.length > 0) lookups.forgetAll()
      events.forEach((event, i) => {
        if (event.type === 'stock:changed') {
          products.forget(event.data.productId)
          // An order can take a product out of stock but never back in.
          if (event.data.stock === 0 || events[i - 1]?.type !== 'order:created') byStock.clear()
        } else if ('name' in event.data) {
          products.forget(event.data.id)
          anyStock.clear()
          byStock.clear()
        }
      })
    },
  }
}
