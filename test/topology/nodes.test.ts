import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { serverDatabase } from '../helpers/database.js'
import { makeProduct } from '../helpers/process.js'
import { postUntilServed, register, startCluster } from '../helpers/topology/cluster.js'
import { listen } from '../helpers/topology/listening.js'
import { startLoad } from '../helpers/topology/load.js'
import { unless } from '../helpers/topology/programs.js'

const BUYERS = 200
const UNITS = 50

t.test('three nodes behind the balancer', { skip: unless('nginx') }, async (t) => {
  const DATABASE_URL = await serverDatabase(t)
  const { url, nodes, admin, restart } = await startCluster(t, { DATABASE_URL })
  const db = await openDb(DATABASE_URL)
  t.teardown(() => db.close())

  await t.test(
    '200 buyers get exactly 50 units of each product, and every listener receives all events in order',
    async (t) => {
      const products = await Promise.all(nodes.map((node) => makeProduct(node.url, admin, UNITS)))
      const buyers = await Promise.all(Array.from({ length: BUYERS }, (_, i) => register(url, `buyer-${i}`)))
      const places = [url, ...nodes.map((node) => node.url)]
      const listeners = await Promise.all(places.map((place) => listen(t, place, admin, db)))

      const buy = (headers: Record<string, string>) =>
        Promise.all(
          products.map((productId) =>
            postUntilServed(
              `${url}/orders`,
              { productId, quantity: 1 },
              { ...headers, 'idempotency-key': productId },
            ),
          ),
        )
      const answers = (await Promise.all(buyers.map(buy))).flat()
      const count = (status: number) => answers.filter((answer) => answer.status === status).length
      const others = answers.filter(({ status }) => status !== 201 && status !== 409)
      t.same(
        others.map(({ status }) => status),
        [],
        'each order is placed or refused for want of stock',
      )
      t.equal(count(201), products.length * UNITS)
      t.equal(count(409), products.length * (BUYERS - UNITS))
      const sold = await db.read.order.groupBy({ by: ['productId'], _count: true })
      t.same(
        new Map(sold.map((row) => [row.productId, row._count])),
        new Map(products.map((id) => [id, UNITS])),
      )
      t.same(await auditBooks(db), [])
      for (const node of nodes) {
        const metrics = await (await fetch(`${node.url}/metrics`)).text()
        const batches = Number(/^order_batch_size_count (\d+)/m.exec(metrics)?.[1])
        t.ok(batches > 0, `${node.url} placed orders in ${batches} groups`)
      }
      for (const [i, listener] of listeners.entries()) t.ok(await listener.receivedAll(), `at ${places[i]}`)
    },
  )

  await t.test(
    'killing the nodes in turn loses and duplicates nothing, and listeners move to other nodes',
    async (t) => {
      const productId = await makeProduct(url, admin, 1_000_000)
      const [keyed, keyless] = [await register(url, 'ada'), await register(url, 'grace')]
      const listeners = await Promise.all(Array.from({ length: 4 }, () => listen(t, url, admin, db)))
      const load = startLoad(url, { keyed, keyless }, productId)
      for (const i of [0, 1, 2] as const) {
        await load.more(100)
        t.equal(await nodes[i].stop('SIGKILL'), null)
        await load.more(100)
        await restart(i)
      }
      await load.more(100)
      await load.stop()
      t.same(await load.audit(db), [])
      t.same(await auditBooks(db), [])
      t.ok(
        [...load.statuses.keys()].every((status) => status === 201 || status === 503),
        [...load.statuses].join(' '),
      )
      for (const listener of listeners) {
        t.ok(await listener.receivedAll())
        t.ok(listener.connections > 1, 'each node that it may have been on was killed')
      }
    },
  )
})
