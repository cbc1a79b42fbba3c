import t from 'tap'
import { buildApp } from '../../src/app.js'
import { noRateLimits, signIn, testConfig } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { importFile, NDJSON } from '../helpers/import-file.js'

const COUNT = 700
const CSV_FILE = `name,price,stock\n${Array.from({ length: COUNT }, (_, i) => `Lamp ${i},1.50,${i}\n`).join('')}`
const NDJSON_FILE = Array.from({ length: COUNT }, (_, i) =>
  JSON.stringify({ name: `Desk ${i}`, price: 2, stock: 1 }),
).join('\n')

t.test('a file that two nodes import at once under one key is imported once', async (t) => {
  const config = await testConfig(t, t.testdir(), noRateLimits)
  const nodes = [buildApp(config), buildApp(config)] as const
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  const [a] = nodes
  const { headers } = await signIn(a, 'admin')
  let products = 0
  for (const [file, type] of [
    [CSV_FILE, 'text/csv'],
    [NDJSON_FILE, NDJSON],
  ] as const) {
    const own = { ...headers, 'idempotency-key': type }
    const answers = await Promise.all(
      [...nodes, ...nodes].map((node) => importFile(node, own, file, { type })),
    )
    products += COUNT
    for (const answer of answers) t.match(answer, { statusCode: 200, body: answers[0]?.body }, answer.body)
    t.match(answers[0]?.json(), { created: COUNT, updated: 0, unchanged: 0, failed: 0 })
    t.equal(answers.filter((answer) => answer.headers['idempotent-replayed'] === 'true').length, 3)
    t.equal(await a.db.read.product.count(), products)
    t.equal(await a.db.read.idempotencyKey.count({ where: { ownerId: { not: '' } } }), products / COUNT)
  }
  t.same(await auditBooks(a.db), [])
})
