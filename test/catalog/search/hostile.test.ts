import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { columnsOf, completed } from '../../../src/catalog/product.js'
import { signatureOf } from '../../../src/catalog/search/signatures.js'
import type { TermRow } from '../../../src/db/bulk.js'
import type { Db } from '../../../src/db/db.js'
import { newId } from '../../../src/ids.js'
import { termsOf } from '../../../src/search/tokenize.js'
import { build } from '../../helpers/app.js'

const PRODUCTS = 100_000
const BATCH = 5_000
/** Names in reverse order of prices, with a word missing only at the far end of both orders. */
const nameOf = (i: number) =>
  `Oak ${String(PRODUCTS - i).padStart(6, '0')} ${i % 50_000 < 49_900 ? 'lamp' : 'vase'}`

/** Adds products in bulk, without events and stock records. */
async function addMany({ write, dialect, money }: Db): Promise<void> {
  for (let from = 0; from < PRODUCTS; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, i) => {
      const name = nameOf(from + i)
      const fields = completed({ name, price: money.fromMinor(from + i), stock: 0 })
      return { id: newId(), ...columnsOf(fields, money) }
    })
    const terms = rows.flatMap(({ id, name }) => {
      const words = termsOf(name)
      return words.map((word): TermRow => [word, id, String(signatureOf(words))])
    })
    await write(async (tx) => {
      await dialect.bulk.insertProducts(tx, rows, Date.now())
      await dialect.bulk.insertTerms(tx, terms)
    })
  }
}

t.test('searches of a hundred thousand products', async (t) => {
  const app = await build(t)
  await addMany(app.db)
  await app.listen({ port: 0 })
  const { port } = app.server.address() as AddressInfo
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  // Nothing is in stock: each search examines as many products as its budget allows.
  const costly = (i: number) => `/products?q=oak+lamp&inStock=true&sort=name&minPrice=${i / 100}&limit=10`
  const { admission } = app.db.steps
  const waits = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  t.test('a costly search does not delay others', async (t) => {
    const order: string[] = []
    const slow = Promise.all(
      [1, 2, 3, 4].map((i) => get(costly(i)).then(({ status }) => order.push(`${status}`))),
    )
    await waits(() => admission.waiting > 0)
    for (const path of ['/health/ready', '/products?q=vase&limit=5', '/products?sort=price&minPrice=3']) {
      t.equal((await get(path)).status, 200)
      order.push(path)
    }
    await slow
    t.match(order[0], /^\//, `answered in this order: ${order}`)
    t.ok(order.includes('200'), 'a costly search is answered')
  })

  t.test('too many costly searches of one client are refused, and some are served', async (t) => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => get(costly(i + 10))))
    const refused = answers.filter(({ status }) => status === 503)
    t.ok(refused.length > 0, `${refused.length} refused`)
    t.ok(refused.every(({ headers }) => headers.has('retry-after')))
    t.ok(answers.every(({ status }) => status === 200 || status === 503))
    t.ok(answers.some(({ status }) => status === 200))
  })

  t.test('searches whose clients have left are dropped', async (t) => {
    let statements = 0
    const { $queryRaw } = app.db.read
    app.db.read.$queryRaw = ((...args: Parameters<typeof $queryRaw>) => {
      statements++
      return $queryRaw.apply(app.db.read, args)
    }) as typeof $queryRaw
    await (await get(costly(100))).json()
    const each = statements
    const left = Array.from({ length: 8 }, (_, i) => {
      const sent = httpRequest({ port, path: costly(i + 110), agent: false })
      sent.on('error', () => {})
      sent.end()
      return sent
    })
    await waits(() => admission.waiting >= 5)
    statements = 0
    for (const sent of left) sent.destroy()
    await Promise.all(left.map((sent) => new Promise((resolve) => sent.on('close', resolve))))
    t.equal((await get(costly(200))).status, 200)
    t.ok(statements < 3 * each, `${statements} statements, where one search needs ${each}`)
    t.equal(admission.waiting, 0)
  })

  t.test('page numbers are refused where they would be costly', async (t) => {
    for (const path of [
      'page=1000000000&sort=name&maxPrice=900001',
      'minPrice=1&sort=name&page=3000&limit=100',
    ]) {
      const answer = await get(`/products?${path}`)
      t.equal(answer.status, 400)
      t.match(await answer.json(), { errors: [{ path: 'page', message: /use cursor/ }] })
    }
    const deep = await get('/products?q=oak&sort=name&page=100&limit=100')
    t.match(await deep.json(), { items: { length: 100 }, page: 100, total: 10_000, totalIsExact: false })
  })

  t.test('a search without results continues by cursor, and ends', async (t) => {
    let cursor: string | null = ''
    let answers = 0
    for (; cursor !== null; answers++) {
      const answer = await get(`/products?q=oak+lamp&inStock=true&sort=name${cursor && `&cursor=${cursor}`}`)
      const { items, nextCursor } = (await answer.json()) as { items: []; nextCursor: string | null }
      t.same(items, [])
      cursor = nextCursor
    }
    t.ok(answers < 5, `${answers} pages`)
  })
})
