import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { databaseOf } from '../helpers/database.js'
import { cases } from '../helpers/effort.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'

const LINES = 4_000
const SETTINGS = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery' }

t.test('a server killed in the middle of an import keeps whole batches, and orders meanwhile', async (t) => {
  const cwd = t.testdir()
  const env = { ...SETTINGS, ...noRateLimits, DATABASE_URL: await databaseOf(t, cwd, 'stockroom.db') }
  let server = await startServer(t, cwd, env)
  const db = await openDb(env.DATABASE_URL)
  t.teardown(() => db.close())
  const admin = await adminOf(server, SETTINGS)
  const ordered = await makeProduct(server.url, admin, 1_000_000)

  for (let round = 0; round < cases(2); round++) {
    const prefix = `R${round}-`
    // Every tenth line sets the stock of the product being ordered meanwhile.
    const lines = Array.from({ length: LINES }, (_, i) =>
      i % 10 === 0 ? `${ordered},,,,${500_000 + i}` : `,${prefix}${i},Lamp ${i},24.50,7`,
    )
    const body = `id,sku,name,price,stock\n${lines.join('\n')}\n`
    const created = LINES - Math.ceil(LINES / 10)
    const headers = await adminOf(server, SETTINGS)
    const send = () =>
      fetch(`${server.url}/products/import`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/csv' },
        body,
      })
    const sending = send().then(
      () => 'answered',
      () => 'broken off',
    )
    let acknowledged = 0
    const ordering = (async () => {
      const order = JSON.stringify({ productId: ordered, quantity: 1 })
      for (;;) {
        const answer = await fetch(`${server.url}/orders`, { method: 'POST', headers, body: order })
        if (answer.status === 201) acknowledged++
      }
    })().catch(() => {})
    const known = () =>
      db.read.product.findMany({ where: { sku: { startsWith: prefix } }, select: { sku: true } })
    while ((await known()).length < 100) await sleep(5)
    await server.stop('SIGKILL')
    t.equal(await sending, 'broken off', 'the kill was in the middle')
    await ordering
    server = await startServer(t, cwd, env)

    t.same(await auditBooks(db), [])
    const numbers = (await known()).map(({ sku }) => Number(sku?.slice(prefix.length))).sort((a, b) => a - b)
    const expected = Array.from({ length: LINES }, (_, i) => i).filter((i) => i % 10 !== 0)
    t.same(numbers, expected.slice(0, numbers.length), 'the first lines, without a gap')
    t.ok(numbers.length < created, `${numbers.length} of ${created}`)
    t.ok((await db.read.order.count()) >= acknowledged, 'every acknowledged order is there')

    const again = await send()
    t.match(await again.json(), {
      created: created - numbers.length,
      failed: 0,
      errors: [],
    })
    t.equal((await known()).length, created)
    t.same(await auditBooks(db), [])
  }
  t.equal(await server.stop(), 0)
})
