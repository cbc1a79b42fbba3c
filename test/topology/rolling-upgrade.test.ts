import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { loadMigrations } from '../../src/db/migrations.js'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { serverDatabase } from '../helpers/database.js'
import { buildFormer, noFormer } from '../helpers/former-version.js'
import { entry, makeProduct, spawnServer } from '../helpers/process.js'
import { noRedis, startRedis } from '../helpers/redis-server.js'
import { type Headers, post, register, startCluster } from '../helpers/topology/cluster.js'
import { listen } from '../helpers/topology/listening.js'
import { startLoad } from '../helpers/topology/load.js'
import { unless } from '../helpers/topology/programs.js'

const skip = noFormer || noRedis || unless('nginx')

/** A busy machine refuses orders in time, before they are placed: they are to be sent again. */
const OVERLOADED = '/problems/overloaded'

/** Posts a request until the database has time for it. */
async function send(url: string, headers: Headers, body?: object) {
  for (;;) {
    const answer = await post(url, headers, body)
    if (answer.body?.type !== OVERLOADED) return answer
    await sleep(100)
  }
}

/** Makes every kind of change to an order, at whichever nodes answer. @returns the statuses */
async function changeOrders(url: string, admin: Headers, productId: string): Promise<number[]> {
  const buy = () => send(`${url}/orders`, admin, { productId, quantity: 2 })
  const basket = { items: [{ productId, quantity: 1 }], note: 'two versions' }
  const [kept, cancelled, checkout] = await Promise.all([
    buy(),
    buy(),
    send(`${url}/checkouts`, admin, basket),
  ])
  const ids = [kept.body?.id]
  const others = await Promise.all([
    send(`${url}/orders/status`, admin, { ids, status: 'confirmed' }),
    send(`${url}/orders/${cancelled.body?.id}/cancel`, admin),
    send(`${url}/checkouts/${checkout.body?.id}/cancel`, admin),
    send(`${url}/products/${productId}/stock-adjustments`, admin, { delta: 10 }),
  ])
  return [kept, cancelled, checkout, ...others].map(({ status }) => status)
}
const SERVED = [201, 201, 201, 200, 200, 200, 200]

t.test('nodes of the version before are replaced one at a time, and no order fails', { skip }, async (t) => {
  const former = buildFormer(t)
  const DATABASE_URL = await serverDatabase(t)
  const { url: REDIS_URL } = await startRedis(t)
  const { url, nodes, admin, restart } = await startCluster(t, { DATABASE_URL, REDIS_URL }, former)
  const db = await openDb(DATABASE_URL)
  t.teardown(() => db.close())
  const migrations = async () =>
    (
      await db.read.$queryRawUnsafe<{ name: string }[]>(
        'SELECT migration_name AS name FROM _prisma_migrations',
      )
    ).length
  const before = await migrations()
  const known = (await loadMigrations('mysql')).length

  const productId = await makeProduct(url, admin, 1_000_000)
  const other = await makeProduct(url, admin, 1_000_000)
  const [keyed, keyless] = [await register(url, 'ada'), await register(url, 'grace')]
  const listeners = await Promise.all([
    listen(t, url, admin, db),
    ...nodes.map((node) => listen(t, node.url, admin, db)),
  ])
  const load = startLoad(url, { keyed, keyless }, productId)
  await load.more(50)
  for (const i of [0, 1, 2] as const) {
    t.equal(await nodes[i].stop(), 0)
    await load.more(50)
    await restart(i, entry)
    await load.more(50)
    t.same(await changeOrders(url, admin, other), SERVED, `with ${i + 1} of three replaced`)
    const direct = await Promise.all(nodes.map((node) => changeOrders(node.url, admin, other)))
    t.same(direct, [SERVED, SERVED, SERVED], 'each version changes what the other has made')
  }
  await load.stop()
  t.comment(`${load.acknowledged} orders: ${JSON.stringify(Object.fromEntries(load.statuses))}`)

  t.equal(await migrations(), known, 'the new version has migrated the database under the old one')
  t.same(
    [...load.refusals].filter((refusal) => refusal !== OVERLOADED),
    [],
    'no order failed',
  )
  t.same(await load.audit(db), [])
  t.same(await auditBooks(db), [])
  for (const listener of listeners)
    t.ok(await listener.receivedAll(), 'no event was missed, and none came twice')

  // Right after a release, there may be no migration yet that it does not know.
  if (before === known) return
  const refused = spawnServer(t, t.testdir(), { DATABASE_URL, PORT: '0' }, former)
  t.equal(await refused.ended, 1)
  t.match(refused.output(), /the database is newer than this program/)
})
