import { once } from 'node:events'
import t from 'tap'
import { addProducts } from '../../../src/catalog/add-products.js'
import { migrate, openDb } from '../../../src/db/open.js'
import { createEventLog } from '../../../src/stream/log.js'
import { databaseOf, onServer } from '../../helpers/database.js'
import { addUser } from '../../helpers/engine-db.js'
import { adminOf, noRateLimits, startServer } from '../../helpers/process.js'
import {
  descriptorsOf,
  dial,
  get,
  isEstablished,
  noProc,
  statusesIn,
  until,
} from '../../helpers/raw-connection.js'

// Their file is larger than the buffers of a connection, which Linux lets grow to 36 MB.
const PRODUCTS = 120_000
const READERS = 3
const SETTINGS = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery' }

// On a database server ten exports at once outlast the short deadline, and their code is the same.
const skip = noProc || (onServer && 'runs on SQLite')

t.test('readers of an export that stop are cut off', { skip }, async (t) => {
  const cwd = t.testdir()
  const url = await databaseOf(t, cwd, 'stockroom.db')
  await migrate(url)
  const db = await openDb(url)
  const eventLog = createEventLog(db)
  await eventLog.open()
  const keeper = await addUser(db)
  for (let from = 0; from < PRODUCTS; from += 5_000) {
    const products = Array.from({ length: 5_000 }, (_, i) => ({
      name: `Lamp ${from + i} `.padEnd(190, '-'),
      price: 24.5,
      stock: 7,
    }))
    await addProducts(db, eventLog, products, keeper)
  }
  await db.close()
  const server = await startServer(t, cwd, {
    ...SETTINGS,
    ...noRateLimits,
    DATABASE_URL: url,
    SEND_TIMEOUT: '2',
  })
  const { authorization } = await adminOf(server, SETTINGS)
  const port = Number(new URL(server.url).port)
  const ask = `Authorization: ${authorization}\r\n`
  const exportAll = async () => {
    const { socket, all } = dial(t, port)
    socket.write(get('/products/export', `${ask}Connection: close\r\n`))
    return all()
  }
  const pid = Number(server.child.pid)
  const descriptors = descriptorsOf(pid)
  const files = await Promise.all(Array.from({ length: READERS }, exportAll))
  t.ok(
    files.every((file) => file.split('Lamp ').length === PRODUCTS + 1),
    'clients that read get all',
  )
  await until(() => descriptorsOf(pid) <= descriptors, 'their connections are closed')
  const readers = Array.from({ length: READERS }, () => dial(t, port))
  for (const { socket } of readers) socket.pause().write(get('/products/export', ask))
  await Promise.all(readers.map(({ socket }) => once(socket, 'connect')))
  const open = () => readers.filter(({ socket }) => isEstablished(port, socket.localPort ?? 0)).length
  t.equal(open(), READERS)
  await until(() => open() === 0, 'all are cut off')
  for (const { socket } of readers) socket.resume()
  for (const reader of readers) {
    const text = await reader.all()
    t.same(statusesIn(text), [200])
    t.notMatch(text, /0\r\n\r\n$/, 'an export that broke off does not look complete')
  }
  t.equal(await server.stop(), 0)
})
