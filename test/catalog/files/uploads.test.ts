import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { App } from '../../../src/app.js'
import { build, signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { importFile, productsByName } from '../../helpers/import-file.js'
import { reset, statusesIn, until } from '../../helpers/raw-connection.js'
import { listen } from '../../helpers/sockets.js'
import { beginUpload, FILLER } from '../../helpers/upload.js'

const HEADER = 'sku,name,price,stock\n'
const lineOf = (i: number) => `S${i},Lamp ${i},24.50,1000\n`
const MB = 1024 * 1024

const portOf = async (app: App) => Number(new URL(await listen(app)).port)

/** Returns the numbers of the imported lines, and checks for all records of each. */
async function imported(t: Test, app: App): Promise<number[]> {
  const rows = await app.db.read.product.findMany({ where: { sku: { startsWith: 'S' } } })
  t.ok(rows.every(({ stock, price }) => Number(stock) === 1000 && price === 2450))
  t.equal(await app.db.read.stockAdjustment.count({ where: { cause: 'import' } }), rows.length)
  t.equal(await app.db.read.auditEntry.count({ where: { action: 'product.created' } }), rows.length)
  t.equal(await app.db.read.productTerm.count({ where: { term: 'lamp' } }), rows.length)
  t.same(await auditBooks(app.db), [])
  return rows.map(({ sku }) => Number(sku?.slice(1))).sort((a, b) => a - b)
}

for (const end of ['reset', 'half-close'] as const)
  t.test(`an upload that breaks off by a ${end} leaves whole batches, and nothing half`, async (t) => {
    const app = await build(t)
    const { headers } = await signIn(app, 'admin')
    const upload = beginUpload(t, await portOf(app), headers, { length: MB })
    await upload.send(HEADER)
    let sent = 0
    const done = () => app.db.read.product.count()
    while ((await done()) < 400 && !upload.isClosed()) {
      for (const end = sent + 50; sent < end; sent++) await upload.send(lineOf(sent))
      await sleep(5)
    }
    t.equal(upload.received(), '', 'no answer before the end of the file')
    // The beginning of a line, valid by itself.
    await upload.send(lineOf(sent).slice(0, -3))
    // Once the server has read all of it.
    for (let count = -1, last = -2; count !== last; await sleep(300)) {
      last = count
      count = await done()
    }
    if (end === 'reset') reset(upload.socket)
    else upload.socket.end()
    await upload.all()
    // The batch in progress ends first.
    t.match(await importFile(app, headers, `${HEADER}X,Last,1,0\n`, { query: '?dryRun=true' }), {
      statusCode: 200,
    })
    const lines = await imported(t, app)
    t.ok(lines.length >= 400 && lines.length <= sent, `${lines.length} of ${sent}`)
    t.same(
      lines,
      lines.map((_, i) => i),
      'the first lines, without a gap',
    )
  })

t.test('a file of 60 MB is refused: at once by its length, or where it goes past the limit', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const port = await portOf(app)
  for (const length of [60 * MB, undefined]) {
    const upload = beginUpload(t, port, headers, { ...(length && { length }) })
    await upload.send(HEADER)
    let sent = HEADER.length
    for (let i = 0; i < 240; i++) await upload.send(lineOf(i))
    while (sent < 60 * MB && !upload.isClosed()) {
      await upload.send(FILLER)
      sent += FILLER.length
    }
    upload.finish()
    t.same(statusesIn(await upload.all()), [413])
    const problem = await upload.json()
    t.match(problem, { type: '/problems/body-too-large', detail: 'A file may have 50 MiB at most.' })
    if (length) {
      t.notOk('imported' in problem)
      t.same(await productsByName(app), [])
    } else {
      t.same(problem.imported, { created: 200, updated: 0, unchanged: 0, failed: 0, errors: [] })
      t.equal((await imported(t, app)).length, 200)
    }
  }
})

t.test(
  'a stalled upload is cut off, and a slow one is not, nor does either keep others waiting',
  async (t) => {
    const app = await build(t, {
      connections: { total: 100, perAddress: 0, requestMs: 1_500, sendMs: 60_000, idleMs: 60_000 },
    })
    const { headers } = await signIn(app, 'admin')
    const port = await portOf(app)
    const [slow, still] = [beginUpload(t, port, headers), beginUpload(t, port, headers)]
    for (const upload of [slow, still]) await upload.send(HEADER)
    let pieces = 0
    const sending = setInterval(() => {
      void slow.send(lineOf(pieces++) + FILLER.repeat(4))
    }, 100)
    t.teardown(() => clearInterval(sending))
    await until(() => pieces > 2, 'both have begun')
    t.match(await importFile(app, headers, `${HEADER}X,Other,1,0\n`), { statusCode: 200 })
    t.match(statusesIn(await still.all()), [408])
    const later = pieces + 20
    await until(() => pieces > later, 'the slow one goes on')
    clearInterval(sending)
    slow.finish()
    t.same(statusesIn(await slow.all()), [200])
    t.match(await slow.json(), { created: pieces, failed: 0 })
    t.same(await auditBooks(app.db), [])
  },
)
