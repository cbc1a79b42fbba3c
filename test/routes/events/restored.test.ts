import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { App } from '../../../src/app.js'
import type { Db } from '../../../src/db/db.js'
import { openDb } from '../../../src/db/open.js'
import { newEpoch } from '../../../src/stream/log-identity.js'
import { build, signIn } from '../../helpers/app.js'
import { databaseOf } from '../../helpers/database.js'
import { adminOf, makeProduct, startServer } from '../../helpers/process.js'
import { listen, open, relayed, token } from '../../helpers/sockets.js'

/** Sets the log and the product `id` back to their state at `offset`, as restoring a backup by hand does. */
const putBack = (db: Db, offset: number, id: string, version: number) =>
  db.write(async (tx) => {
    await tx.event.deleteMany({ where: { offset: { gt: offset } } })
    await tx.eventCounter.update({ where: { id: 1 }, data: { lastOffset: offset } })
    await tx.product.update({ where: { id }, data: { version, price: 100 } })
  })

/** Creates a product with three events in the log plus one to be lost, and both its ETags. */
async function setup(app: App) {
  const admin = await signIn(app, 'admin')
  const call = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, headers = {}) =>
    app.inject({ method, url, headers: { ...admin.headers, ...headers }, ...(payload && { payload }) })
  const { id } = (await call('POST', '/products', { name: 'Lamp', price: 1, stock: 5 })).json()
  const change = async (price: number) =>
    String((await call('PATCH', `/products/${id}`, { price })).headers.etag)
  await change(2)
  const kept = await change(3)
  const lost = await change(4)
  return { admin, call, id, change, kept, lost }
}

t.test('a restored log gets a new epoch while the server runs, and clients reload', async (t) => {
  const app = await build(t)
  const { admin, call, id, change, kept, lost } = await setup(app)
  const url = await listen(app)
  const epoch = app.eventLog.epoch()
  await relayed(app)
  const client = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 1 })
  t.match(await client.ready(), { epoch, offset: 4, recovered: true })
  t.equal((await call('GET', `/events?after=4&epoch=${epoch}`)).statusCode, 200)

  const gone = once(client.socket as never, 'disconnect')
  await putBack(app.db, 3, id, 3)
  await gone
  const now = app.eventLog.epoch()
  t.not(now, epoch)
  t.equal((await call('GET', '/events?after=4')).json().epoch, now)
  const refused = await call('GET', `/events?after=4&epoch=${epoch}`)
  t.match(refused.json(), { status: 409, type: /other-log$/, epoch: now })

  // The same version number as before, for a different state.
  t.equal((await change(50)).slice(-3), lost.slice(-3))
  t.equal((await call('GET', `/products/${id}`, undefined, { 'if-none-match': lost })).statusCode, 200)
  for (const stale of [kept, lost])
    t.equal((await call('PATCH', `/products/${id}`, { price: 7 }, { 'if-match': stale })).statusCode, 412)

  const back = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 4 })
  t.match(await back.ready(), { epoch: now, offset: 4, recovered: false })
  await change(60)
  await back.until(() => back.events.length > 0)
  t.match(back.events, [{ offset: 5, type: 'product:updated', data: { price: 60 } }])
  const later = open(t, `${url}/admin`, { token: token(admin), epoch: now, offset: 3 })
  t.match(await later.ready(), { epoch: now, offset: 5, recovered: true })
})

t.test('a new epoch set by another process is adopted, and no further one is set', async (t) => {
  const app = await build(t)
  const { call } = await setup(app)
  const epoch = newEpoch()
  await app.db.write(async (tx) => {
    await tx.event.deleteMany({ where: { offset: { gt: 2 } } })
    await tx.eventCounter.update({ where: { id: 1 }, data: { epoch, lastOffset: 2 } })
  })
  while (app.eventLog.epoch() !== epoch) await sleep(10)
  await app.eventLog.look()
  t.match((await call('GET', '/events')).json(), { epoch })
  t.equal(app.relay.position, 2)
})

t.test('a database restored by hand while stopped is detected at the next start', async (t) => {
  const dir = t.testdir()
  const url = await databaseOf(t, dir, 'data/stockroom.db')
  const settings = { ADMIN_EMAIL: 'keeper@shop.test', ADMIN_PASSWORD: 'correct horse battery' }
  const first = await startServer(t, dir, settings)
  const headers = await adminOf(first, settings)
  const id = await makeProduct(first.url, headers, 5)
  for (const price of [2, 3])
    await fetch(`${first.url}/products/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ price }) })
  const epochAt = async (server: string) => {
    const answer = await fetch(`${server}/events`, { headers })
    return ((await answer.json()) as { epoch: string }).epoch
  }
  const epoch = await epochAt(first.url)
  t.equal(await first.stop(), 0)

  const intact = await startServer(t, dir, settings)
  t.equal(await epochAt(intact.url), epoch, 'a restart alone changes nothing')
  t.equal(await intact.stop('SIGKILL'), null)

  const otherUrl = await databaseOf(t, join(dir, 'other'), 'stockroom.db')
  const other = await startServer(t, dir, { ...settings, DATABASE_URL: otherUrl })
  t.equal(await other.stop(), 0, 'another shop in the same folder keeps a position of its own')

  const db = await openDb(url)
  await putBack(db, 2, id, 2)
  await db.close()
  const restored = await startServer(t, dir, settings)
  const now = await epochAt(restored.url)
  t.not(now, epoch)
  t.match(restored.output(), /the database was restored or replaced/)
  t.equal(await restored.stop(), 0)
  const again = await startServer(t, dir, settings)
  t.equal(await epochAt(again.url), now)
  t.notMatch(again.output(), /restored or replaced/)
})
