import { LRUCache } from 'lru-cache'
import type { Caller } from '../db/lane.js'
import type { AnyEvent } from '../stream/events.js'
import type { FoundProducts, ListRequest } from './find-products.js'
import type { ProductView } from './product.js'
import { AGE_STEP_MS, type ProductCache, type ReadyProduct } from './product-cache.js'

export interface ProductList extends Omit<FoundProducts, 'rows'> {
  items: ProductView[]
}

/** A list, and the same as JSON, made once. */
export interface ReadyList {
  list: ProductList
  json: string
}

interface KnownList extends ReadyList {
  products: ReadyProduct[]
  /** All that the answer has beside its items. */
  rest: Omit<ProductList, 'items'>
}

const BYTES_MAX = 16 * 1024 * 1024
const BYTES_AN_ITEM = 100
/** As of products: the log tells of every change the program makes. */
const MAX_AGE_MS = 30_000
/** When so many items of a known list changed, it is looked up anew, in one query. */
const FEW_CHANGED = 2

/** A text of one list alone. The client's own texts stand at the end, the first with its length, so that none can look like another. */
const keyOf = ({ q, minPrice, maxPrice, inStock, sort, limit, cursor, page }: ListRequest) =>
  `${sort} ${limit} ${page} ${minPrice} ${maxPrice} ${inStock} ${cursor?.length} ${cursor ?? ''}${q === undefined ? '' : `=${q}`}`

/** Lists that hold until something happens that may put a product in or out. */
function createShelf() {
  const kept = new LRUCache<string, KnownList>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ json, products }, key) =>
      2 * json.length + key.length + products.length * BYTES_AN_ITEM,
    ttl: MAX_AGE_MS,
    ttlResolution: AGE_STEP_MS,
  })
  let cleared = 0
  return {
    get: (key: string) => kept.get(key),
    clear() {
      cleared++
      kept.clear()
    },
    /** Gives a way to keep what is being looked up now, which does nothing if the shelf is cleared meanwhile. */
    keeper() {
      const before = cleared
      return (key: string, list: KnownList) => {
        if (cleared === before) kept.set(key, list)
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

/** A list that is being looked up, and who waits for it. */
interface Lookup {
  answer: Promise<ReadyList>
  callers: (Caller | undefined)[]
}

/** Stands for all `callers`: they are gone when each is. One that is undefined stays. */
const together = (callers: Lookup['callers']): Caller => ({
  client: callers[0]?.client ?? '',
  gone: () => callers.every((caller) => caller?.gone()),
})

/**
 * The lists that are asked for often. Which products a list has, and in which order, is kept until an event may change
 * it; what they are now comes from `products`, so that an order costs a known list one product and not the list.
 */
export function createListCache(
  products: ProductCache,
  find: (request: ListRequest, caller: Caller) => Promise<FoundProducts>,
) {
  const everything = createShelf()
  const byStock = createShelf()
  const underWay = new Map<string, Lookup>()

  const look = (request: ListRequest, caller: Caller) =>
    products.reading(async (reading) => {
      const { rows, ...rest } = await find(request, caller)
      return assemble(
        rows.map((row) => products.keep(row, reading)),
        rest,
      )
    })

  /** The list as before, with what changed of its products; undefined where that is more than a few. */
  async function renew(known: KnownList): Promise<KnownList | undefined> {
    const changed = known.products.filter((product) => products.peek(product.product.id) !== product)
    if (changed.length > FEW_CHANGED) return undefined
    const now = await Promise.all(known.products.map(({ product }) => products.get(product.id)))
    const there = now.filter((product) => product !== undefined)
    return there.length === now.length ? assemble(there, known.rest) : undefined
  }

  const isCurrent = (known: KnownList) =>
    known.products.every((product) => products.peek(product.product.id) === product)

  return {
    /**
     * All who ask for a list meanwhile share one look-up, which ends early once all of them have gone.
     * @throws Problem invalidRequest for a cursor that is none of this order, and for a page too far down; overloaded.
     */
    list(request: ListRequest, caller?: Caller): Promise<ReadyList> | ReadyList {
      const shelf = request.inStock === undefined ? everything : byStock
      const key = keyOf(request)
      const known = shelf.get(key)
      if (known && isCurrent(known)) return known
      const asked = underWay.get(key)
      if (asked) {
        asked.callers.push(caller)
        return asked.answer
      }
      const keep = shelf.keeper()
      const callers = [caller]
      const answer = (async () => {
        const list = (known && (await renew(known))) ?? (await look(request, together(callers)))
        keep(key, list)
        return list
      })().finally(() => {
        if (underWay.get(key)?.answer === answer) underWay.delete(key)
      })
      underWay.set(key, { answer, callers })
      return answer
    },

    /** Lets go of everything: nobody can tell what happened. */
    forgetAll(): void {
      underWay.clear()
      products.forgetAll()
      everything.clear()
      byStock.clear()
    },

    /** Takes in what happened, in order; whoever asks from now on gets it. */
    heard(events: AnyEvent[]): void {
      if (events.length > 0) underWay.clear()
      events.forEach((event, i) => {
        if (event.type === 'stock:changed') {
          products.forget(event.data.productId)
          // An order can take a product out of stock and never bring one back.
          if (event.data.stock === 0 || events[i - 1]?.type !== 'order:created') byStock.clear()
        } else if ('name' in event.data) {
          products.forget(event.data.id)
          everything.clear()
          byStock.clear()
        }
      })
    },
  }
}
