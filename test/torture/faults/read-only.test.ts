import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { adminOf, makeProduct, startServer } from '../../helpers/process.js'
import { memoryFolder, skipIfMissing } from './fixtures.js'
import { IoFaults } from './io-faults.js'
import { nativeUnavailable } from './native.js'
import { READ_ONLY } from './read-only.js'

t.test(
  'orders are refused while the database files are read-only',
  { skip: skipIfMissing(nativeUnavailable()) },
  async (t) => {
    const dir = memoryFolder(t)
    const data = join(dir, 'data')
    mkdirSync(data)
    const faults = new IoFaults(`${data}/`, join(dir, 'control'))
    t.teardown(() => faults.close())
    const DATABASE_URL = `file:${join(data, 'stockroom.db')}`
    const server = await startServer(t, dir, { ...(await faults.env()), DATABASE_URL })
    const headers = await adminOf(server)
    const body = JSON.stringify({ productId: await makeProduct(server.url, headers, 100), quantity: 1 })
    const order = async () => (await fetch(`${server.url}/orders`, { method: 'POST', headers, body })).status
    t.equal(await order(), 201)
    faults.begin({ ...READ_ONLY, seed: 7 })
    t.equal(await order(), 503)
    t.equal((await fetch(`${server.url}/products`)).status, 200)
    faults.end()
    t.equal(await order(), 201)
  },
)
