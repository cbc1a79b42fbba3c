import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { serverDatabase } from '../helpers/database.js'
import { makeProduct, type ServerProcess } from '../helpers/process.js'
import { startRedis } from '../helpers/redis-server.js'
import { type Headers, register, startCluster } from '../helpers/topology/cluster.js'
import { listen } from '../helpers/topology/listening.js'
import { startLoad } from '../helpers/topology/load.js'
import { unless } from '../helpers/topology/programs.js'

/** Returns a figure of `/metrics`; 0 if it is not there yet. */
async function figure({ url }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

/** Waits until one of `nodes` is elected. @returns its index in `nodes` */
async function electedOf(nodes: ServerProcess[]): Promise<number> {
  for (;;) {
    const flags = await Promise.all(nodes.map((node) => figure(node, 'order_committer')))
    if (flags.filter(Boolean).length === 1) return flags.indexOf(1)
    await sleep(50)
  }
}

/** Waits until the other nodes send orders to the elected one. */
async function forwarding(nodes: ServerProcess[]): Promise<void> {
  const counts = () => Promise.all(nodes.map((node) => figure(node, 'orders_forwarded_total')))
  const before = await counts()
  for (;;) {
    const grown = (await counts()).filter((count, i) => count > (before[i] ?? 0))
    if (grown.length >= nodes.length - 1) return
    await sleep(50)
  }
}

t.test(
  'three nodes that elect a committer, under load',
  { skip: unless('nginx', 'redis-server') },
  async (t) => {
    const redis = await startRedis(t)
    const DATABASE_URL = await serverDatabase(t)
    const { nodes, admin, restart } = await startCluster(t, { DATABASE_URL, REDIS_URL: redis.url })
    const [first] = nodes
    const db = await openDb(DATABASE_URL)
    t.teardown(() => db.close())
    const productId = await makeProduct(first.url, admin, 1_000_000)
    const buyers: { keyed: Headers; keyless: Headers }[] = []
    for (const name of ['ada', 'grace', 'mary'])
      buyers.push({
        keyed: await register(first.url, name),
        keyless: await register(first.url, `${name}-keyless`),
      })
    const loads = nodes.map(({ url }, i) => startLoad(url, buyers[i] as (typeof buyers)[0], productId))
    const listeners = await Promise.all(nodes.map(({ url }) => listen(t, url, admin, db)))
    const others = (i: number) => loads.filter((_, k) => k !== i)
    const more = (which: typeof loads, count: number) => Promise.all(which.map((load) => load.more(count)))

    await t.test('orders go to the elected node', async () => {
      await electedOf(nodes)
      await forwarding(nodes)
      await more(loads, 50)
    })

    await t.test('one that is killed is succeeded, and orders through the others do not wait', async (t) => {
      for (let round = 0; round < 2; round++) {
        const i = (await electedOf(nodes)) as 0 | 1 | 2
        await nodes[i].stop('SIGKILL')
        const at = performance.now()
        await more(others(i), 20)
        const waited = performance.now() - at
        t.ok(waited < 30_000, `20 orders through each of the others within ${waited} ms`)
        await electedOf(nodes.filter((_, k) => k !== i))
        await more(others(i), 50)
        await restart(i)
        await forwarding(nodes)
        await more(loads, 50)
      }
      for (const [i, load] of loads.entries())
        t.ok(
          [...load.statuses.keys()].every((status) => [0, 201].includes(status)),
          `node ${i}: ${[...load.statuses]}`,
        )
    })

    await t.test('one that hangs is succeeded, and doubles nothing when it wakes up', async (t) => {
      for (let round = 0; round < 2; round++) {
        const i = (await electedOf(nodes)) as 0 | 1 | 2
        const { child } = nodes[i]
        await forwarding(nodes)
        child.kill('SIGSTOP')
        const at = performance.now()
        await more(others(i), 20)
        t.ok(performance.now() - at < 60_000, `${performance.now() - at} ms`)
        await electedOf(nodes.filter((_, k) => k !== i))
        await more(others(i), 50)
        child.kill('SIGCONT')
        await more(loads, 50)
        await electedOf(nodes)
      }
    })

    await t.test('without Redis each commits its own, and one is elected again with it', async () => {
      await redis.kill()
      await more(loads, 50)
      await redis.start()
      await electedOf(nodes)
      await forwarding(nodes)
      await more(loads, 50)
    })

    for (const load of loads) await load.stop()
    for (const { statuses } of loads)
      t.ok(
        [...statuses.keys()].every((status) => [0, 201, 503].includes(status)),
        [...statuses].join(' '),
      )
    for (const [i, listener] of listeners.entries()) t.ok(await listener.receivedAll(), `at node ${i}`)
    const product = await db.read.product.findUniqueOrThrow({ where: { id: productId } })
    const rows = await db.read.order.findMany({ where: { productId }, include: { user: true } })
    t.equal(Number(product.stock), 1_000_000 - rows.length)
    for (const [i, load] of loads.entries()) {
      const name = ['ada', 'grace', 'mary'][i]
      t.same(load.auditRows(rows.filter(({ user }) => user.name.startsWith(`${name}`))), [], `node ${i}`)
    }
    t.same(await auditBooks(db), [])
  },
)
