import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { PATIENCE_MS } from '../helpers/patience.js'
import { makeProduct } from '../helpers/process.js'
import { startRedis } from '../helpers/redis-server.js'
import { post, register, startCluster } from '../helpers/topology/cluster.js'
import { listen } from '../helpers/topology/listening.js'
import { startLoad } from '../helpers/topology/load.js'
import { unless } from '../helpers/topology/programs.js'
import { startMariadb } from '../helpers/topology/services.js'

t.test(
  'the database server and Redis, killed with kill -9 under load',
  { skip: unless('nginx', 'mariadbd', 'mariadb-install-db', 'redis-server') },
  async (t) => {
    const mariadb = await startMariadb(t)
    const redis = await startRedis(t)
    const { url, nodes, admin } = await startCluster(t, { DATABASE_URL: mariadb.url, REDIS_URL: redis.url })
    const productId = await makeProduct(url, admin, 1_000_000)
    const [keyed, keyless] = [await register(url, 'ada'), await register(url, 'grace')]
    const db = await openDb(mariadb.url)
    t.teardown(() => db.close())
    const listeners = await Promise.all(
      [url, ...nodes.map((node) => node.url)].map((at) => listen(t, at, admin, db)),
    )
    const probe = (at: string) =>
      post(`${at}/orders`, { ...keyed, 'idempotency-key': at }, { productId, quantity: 1 })
    const load = startLoad(url, { keyed, keyless }, productId)

    await t.test('without Redis orders go on, and locks are shared again once it is back', async (t) => {
      await load.more(100)
      await redis.kill()
      await load.more(200)
      t.same([...load.statuses.keys()], [201])
      await redis.start()
      const back = Date.now()
      const lockShared = async () => {
        const email = `${Math.random()}@shop.test`
        const guess = (at: string) => post(`${at}/auth/login`, {}, { email, password: 'a wrong one' })
        for (let i = 0; i < 5; i++) await guess(nodes[0].url)
        return (await guess(nodes[1].url)).status === 429
      }
      while (!(await lockShared()) && Date.now() < back + PATIENCE_MS) await sleep(50)
      t.ok(Date.now() - back < PATIENCE_MS, `${Date.now() - back} ms`)
      t.same([...load.statuses.keys()], [201])
    })

    await t.test(
      'without the database responses are 503, and orders go on soon after it is back',
      async (t) => {
        await load.more(100)
        await mariadb.kill()
        const [order, ...ready] = await Promise.all([
          probe(url),
          ...nodes.map((node) => fetch(`${node.url}/health/ready`)),
        ])
        t.equal(order.status, 503)
        t.ok(Number(order.headers.get('retry-after')) > 0)
        t.same(
          ready.map(({ status }) => status),
          [503, 503, 503],
        )
        await mariadb.start()
        const back = Date.now()
        await Promise.all(
          nodes.map(async (node) => {
            while ((await post(`${node.url}/orders`, keyless, { productId, quantity: 1 })).status !== 201)
              await sleep(20)
          }),
        )
        t.ok(Date.now() - back < PATIENCE_MS, `${Date.now() - back} ms`)
        await load.more(100)
      },
    )

    await load.stop()
    t.same([...load.statuses.keys()].toSorted(), [201, 503])
    t.same(await load.audit(db), [])
    t.same(await auditBooks(db), [])
    for (const listener of listeners) t.ok(await listener.receivedAll())
  },
)
