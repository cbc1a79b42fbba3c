import t from 'tap'
import { NDJSON } from '../../helpers/import-file.js'
import { adminOf, noRateLimits, startServer } from '../../helpers/process.js'
import { memoryOf, noProc, statusesIn } from '../../helpers/raw-connection.js'
import { beginUpload } from '../../helpers/upload.js'

const SETTINGS = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery', ...noRateLimits }
const MB = 1024 * 1024
const LENGTH = 50 * MB
/** Less than the file, and more than the server takes for a short one. */
const GROWTH = 40 * MB
const PIECE = 'x'.repeat(MB / 4)

t.test('a line of 50 MB is refused in constant memory', { skip: noProc }, async (t) => {
  const server = await startServer(t, t.testdir(), SETTINGS)
  const headers = await adminOf(server, SETTINGS)
  const pid = Number(server.child.pid)
  const port = Number(new URL(server.url).port)
  const send = async (begin: string, type?: string) => {
    const upload = beginUpload(t, port, headers, { length: LENGTH, ...(type && { type }) })
    await upload.send(begin)
    let most = 0
    for (let sent = begin.length; sent < LENGTH && !upload.isClosed(); sent += PIECE.length) {
      await upload.send(PIECE.slice(0, LENGTH - sent))
      most = Math.max(most, memoryOf(pid))
    }
    t.equal(statusesIn(await upload.all()).length, 1)
    return { most, answer: await upload.json() }
  }
  const begin = '{"name":"Lamp","price":1,"stock":1}\n'
  await send(`${begin}${begin}`.repeat(10), NDJSON)
  const before = memoryOf(pid)
  const tooLong = { path: '', message: 'is longer than 16 KiB' }
  for (const [start, type, answer] of [
    [
      'name,price,stock\nLamp,1,1\n"',
      undefined,
      { created: 1, failed: 1, errors: [{ line: 3, ...tooLong }] },
    ],
    [`${begin}{"name":"`, NDJSON, { created: 1, failed: 1, errors: [{ line: 2, ...tooLong }] }],
    ['name,', undefined, { status: 400, detail: 'line 1 is longer than 16 KiB: it must name the columns' }],
  ] as const) {
    const sent = await send(start, type)
    t.match(sent.answer, answer, start)
    t.ok(sent.most - before < GROWTH, `${(sent.most - before) / MB} MB more`)
  }
  t.equal(await server.stop(), 0)
})
