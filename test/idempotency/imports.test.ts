import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { importFile } from '../helpers/import-file.js'
import { reset } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'
import { beginUpload } from '../helpers/upload.js'

const REPLAYED = { 'idempotent-replayed': 'true' }
const COUNT = 450

/** A file of new products without SKUs: imported twice, each would be there twice. */
const HEADER = 'name,price,stock\n'
const linesOf = (count: number) => Array.from({ length: count }, (_, i) => `Lamp ${i},1.50,${i}\n`)
const file = HEADER + linesOf(COUNT).join('')

const keyed = (headers: Record<string, string>, key: string) => ({ ...headers, 'idempotency-key': key })

t.test('a file is imported once under a key, also by ten requests at once', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const own = keyed(headers, 'supplier 7')
  t.match((await importFile(app, own, file, { query: '?dryRun=true' })).json(), { created: COUNT })
  const answers = await Promise.all(Array.from({ length: 10 }, () => importFile(app, own, file)))
  t.equal(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1)
  t.match(answers[0], { statusCode: 200 })
  t.same(answers[0]?.json(), { created: COUNT, updated: 0, unchanged: 0, failed: 0, errors: [] })
  t.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true').length, 9)
  t.equal(await app.db.read.product.count(), COUNT)
  const log = await app.eventLog.head()
  t.match(await importFile(app, own, file), { statusCode: 200, headers: REPLAYED })
  t.equal(await app.eventLog.head(), log, 'a replay is no event')

  const reused = { status: 422, type: '/problems/idempotency-key-reused' }
  t.match((await importFile(app, own, file.replace('Lamp 440', 'Lamp 44O'))).json(), reused, 'one character')
  t.match((await importFile(app, own, `${file}\n`)).json(), reused, 'one more line')
  t.match((await importFile(app, own, HEADER)).json(), reused, 'a shorter file')
  t.equal(await app.db.read.product.count(), COUNT)
  t.match(await importFile(app, keyed(headers, 'supplier 8'), HEADER), {
    statusCode: 200,
    headers: { 'idempotent-replayed': undefined },
  })
  t.match(await importFile(app, keyed(headers, 'supplier 8'), HEADER), { headers: REPLAYED }, 'of nothing')
  t.same(await auditBooks(app.db), [])
})

t.test('the answer is that of all batches, and faults are part of it', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  // The first batch ends with the file, but for a line that is read after it.
  const bad = `${HEADER}${linesOf(200).join('')},2,2\n`
  const first = await importFile(app, keyed(headers, 'k'), bad)
  t.match(first.json(), { created: 200, failed: 1, errors: [{ line: 202, path: 'name' }] })
  t.match(await importFile(app, keyed(headers, 'k'), bad), { headers: REPLAYED, body: first.body })
})

t.test('a refused file is not remembered', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const own = keyed(headers, 'k')
  t.match(await importFile(app, own, 'colour\nred\n'), { statusCode: 400 })
  t.match(await importFile(app, own, file), {
    statusCode: 200,
    headers: { 'idempotent-replayed': undefined },
  })
  t.match(await importFile(app, own, 'colour\nred\n'), { statusCode: 422 })
})

t.test('an upload that breaks off is not remembered, and its batches stay', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const port = Number(new URL(await listen(app)).port)
  const upload = beginUpload(t, port, headers, { key: 'k' })
  await upload.send('sku,name,price,stock\n')
  const lines = Array.from({ length: 1_000 }, (_, i) => `S${i},Lamp ${i},1.50,${i}\n`)
  const done = () => app.db.read.product.count()
  await upload.send(lines.slice(0, 500).join(''))
  while ((await done()) < 200 && !upload.isClosed()) await sleep(20)
  reset(upload.socket)
  await upload.all()
  while ((await app.db.read.idempotencyKey.count()) > 0) await sleep(20)
  const whole = `sku,name,price,stock\n${lines.join('')}`
  const again = await importFile(app, keyed(headers, 'k'), whole)
  t.match(again, { statusCode: 200, headers: { 'idempotent-replayed': undefined } })
  const { created, unchanged, updated, failed } = again.json()
  t.same([created + unchanged, updated, failed], [1_000, 0, 0])
  t.ok(unchanged >= 200, 'whole batches stayed')
  t.equal(await done(), 1_000)
  t.match(await importFile(app, keyed(headers, 'k'), whole), { headers: REPLAYED, body: again.body })
  t.same(await auditBooks(app.db), [])
})
