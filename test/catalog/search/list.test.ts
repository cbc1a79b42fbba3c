import fc from 'fast-check'
import t from 'tap'
import type { ProductList } from '../../../src/catalog/cache/list-cache.js'
import type { ListRequest } from '../../../src/catalog/search/search-products.js'
import { sortNames } from '../../../src/catalog/search/sort-and-cursor.js'
import type { ProductView } from '../../../src/contract/product.js'
import { shop } from '../../helpers/catalog.js'
import { cases } from '../../helpers/effort.js'

type List = (request: ListRequest) => Promise<ProductList>

async function walk(list: List, request: ListRequest) {
  const seen: ProductView[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await list({ ...request, cursor })
    seen.push(...items)
    cursor = nextCursor ?? undefined
  } while (cursor)
  return seen
}

// A reference model without indexes or SQL, derived from the documentation alone.
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
const wordsOf = (text: string) =>
  plain(text)
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

function expected(products: ProductView[], { q = '', minPrice, maxPrice, inStock, sort }: ListRequest) {
  const wanted = wordsOf(q)
  if (q.trim() !== '' && wanted.length === 0) return []
  const field = sort.replace('-', '')
  const keyed = (p: ProductView) => (field === 'name' ? plain(p.name) : field === 'price' ? p.price : p.id)
  const sorted = products
    .filter((p) => wanted.every((w) => wordsOf(p.name).some((word) => word.startsWith(w))))
    .filter((p) => minPrice === undefined || p.price * 100 >= minPrice)
    .filter((p) => maxPrice === undefined || p.price * 100 <= maxPrice)
    .filter((p) => inStock === undefined || p.stock > 0 === inStock)
    .sort((a, b) => compare(keyed(a), keyed(b)) || compare(a.id, b.id))
  return sort.startsWith('-') ? sorted.reverse() : sorted
}

const WORDS = ['lamp', 'Lämp', 'LAMPS', 'desk', 'Desktop', 'oak', 'öak-x', 'x1', 'x10', "o'k", '100%']
const PREFIXES = [
  'l',
  'LAM',
  'lämp',
  'lamps',
  'de',
  'desk',
  'oak',
  'x',
  'x1',
  'nothing',
  '1',
  '%',
  '_',
  "'",
  '-',
]
const cents = fc.integer({ min: 0, max: 6 }).map((n) => n * 50)

const arbProduct = fc.record({
  name: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
  price: cents.map((minor) => minor / 100),
  stock: fc.integer({ min: 0, max: 2 }),
})

const arbRequest = fc.record(
  {
    q: fc.array(fc.constantFrom(...PREFIXES), { maxLength: 3 }).map((words) => words.join(' ')),
    minPrice: cents,
    maxPrice: cents,
    inStock: fc.boolean(),
    sort: fc.constantFrom(...sortNames),
    limit: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: ['sort', 'limit'] },
)

t.test('every list equals a plain filter and sort, by cursor, by page and from the cache', async (t) => {
  const { app, change, add, list, kept } = await shop(t)
  let products: ProductView[] = []
  const round = async (
    added: { name: string; price: number; stock: number }[],
    renamed: string[],
    requests: ListRequest[],
  ) => {
    for (const { name, price, stock } of added) products.push(await add(name, price, stock))
    for (const [i, name] of renamed.entries()) {
      const product = products[(i * 7) % products.length]
      if (product) Object.assign(product, (await app.catalog.update(product.id, { name }, change)).product)
    }
    const [gone, ...rest] = products
    if (gone && products.length > 25) {
      await app.catalog.remove(gone.id, change)
      products = rest
    }
    for (const request of requests) {
      const right = expected(products, request).map((p) => p.id)
      for (const answers of [list, kept]) {
        const walked = await walk(answers, request)
        t.same(
          walked.map((p) => p.id),
          right,
          `by cursor: ${JSON.stringify(request)}`,
        )
        for (const page of [1, 2, 3]) {
          const { items, total, nextCursor } = await answers({ ...request, page })
          const from = (page - 1) * request.limit
          const ids = right.slice(from, from + request.limit)
          t.same([items.map((p) => p.id), total], [ids, right.length], `page ${page}`)
          const after = nextCursor ? await answers({ ...request, cursor: nextCursor }) : { items: [] }
          t.equal(
            after.items[0]?.id,
            ids.length > 0 ? right[from + request.limit] : undefined,
            'the cursor continues after the page',
          )
        }
      }
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbProduct, { minLength: 1, maxLength: 6 }),
      fc.array(
        arbProduct.map((p) => p.name),
        { maxLength: 2 },
      ),
      fc.array(arbRequest, { minLength: 4, maxLength: 8 }),
      round,
    ),
    // The catalogue persists between runs, so shrinking would change the example.
    { numRuns: cases(8), endOnFailure: true },
  )
})
