import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import { fileOf } from '../../src/http/table-file.js'
import { dial, get } from '../helpers/raw-connection.js'

const PAGES = 200
const PAGE = [{ text: 'x'.repeat(1024 * 1024) }]

t.test('a file is read from the database no faster than its client reads it', async (t) => {
  let pages = 0
  async function* source() {
    while (pages < PAGES) {
      pages++
      yield PAGE
    }
  }
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/file', (request, reply) =>
    fileOf(request, reply, { name: 'file', format: 'ndjson', columns: ['text'], pages: source() }),
  )
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const reader = dial(t, Number(port))
  reader.socket.pause().write(get('/file', 'Connection: close\r\n'))

  for (let before = -1; before < pages || pages === 0; await sleep(500)) before = pages
  // Two pages, and what the kernel buffers.
  t.ok(pages > 0 && pages < PAGES / 4, `${pages} of ${PAGES} pages were read`)

  reader.socket.resume()
  t.ok((await reader.all()).length > PAGES * 1024 * 1024, 'the rest follows')
})
