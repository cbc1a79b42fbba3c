import t, { type Test } from 'tap'
import { buildApp } from '../../../../src/app.js'
import { noRateLimits, signIn, testConfig } from '../../../helpers/app.js'
import { addProduct } from '../../../helpers/books.js'
import { noReplication as skip, startReplicated } from '../../../helpers/replicated-mariadb.js'

async function openShop(t: Test) {
  const { two: replica, databaseUrl } = await startReplicated(t)
  const config = { ...(await testConfig(t, t.testdir(), noRateLimits)), databaseUrl, readReplicas: true }
  const app = buildApp(config)
  t.teardown(() => app.close())
  await app.ready()
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 1_000_000 })
  const readsOn = async (server: string) => {
    const { values } =
      (await app.metrics.getMetricsAsJSON()).find(({ name }) => name === 'replica_reads_total') ?? {}
    return values?.find(({ labels }) => labels.server === server)?.value ?? 0
  }
  /** Places an order, and returns its id and the ids of a list requested after its answer. */
  const orderAndList = async () => {
    const payload = { productId, quantity: 1 }
    const placed = await app.inject({ method: 'POST', url: '/orders', headers, payload })
    t.equal(placed.statusCode, 201)
    const listed = await app.inject({ url: '/orders?limit=1', headers })
    t.equal(listed.statusCode, 200)
    return [placed.json().id, listed.json().items[0]?.id]
  }
  const portOf = async () => {
    const rows = await app.db.replica.$queryRawUnsafe<{ port: unknown }[]>('SELECT @@port AS port')
    return Number(rows[0]?.port)
  }
  /** Waits until lists are read from the replica: a slow or busy one is passed over for a while. */
  const returns = async () => {
    while ((await portOf()) !== replica.port) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { app, replica, readsOn, orderAndList, returns }
}

t.test('lists are read from a replica, and include everything stored before them', { skip }, async (t) => {
  const { app, readsOn, orderAndList, returns } = await openShop(t)
  await returns()
  for (let i = 0; i < 50; i++) {
    const [placed, listed] = await orderAndList()
    t.equal(listed, placed)
  }
  t.ok((await readsOn('replica')) > 0)
  const text = await app.metrics.getSingleMetricAsString('replica_wait_seconds')
  t.match(text, /^replica_wait_seconds_count [1-9]/m)
})

t.test('lists are read from the primary while the replica is behind', { skip }, async (t) => {
  const { replica, readsOn, orderAndList, returns } = await openShop(t)
  await replica.run('STOP SLAVE')
  const before = await readsOn('primary')
  for (let i = 0; i < 5; i++) {
    const [placed, listed] = await orderAndList()
    t.equal(listed, placed)
  }
  t.ok((await readsOn('primary')) > before)
  await replica.run('START SLAVE')
  await returns()
})

t.test('lists are read from the primary while the replica hangs or is gone', { skip }, async (t) => {
  const { app, replica, orderAndList, returns } = await openShop(t)
  await returns()
  replica.hang()
  t.teardown(() => replica.resume())
  // One statement hangs with the server until the next look at it.
  const hanging = Array.from({ length: 3 }, orderAndList)
  for (const [placed, listed] of await Promise.all(hanging)) t.ok(placed && listed)
  const [placed, listed] = await orderAndList()
  t.equal(listed, placed)
  replica.resume()
  await returns()
  await replica.kill()
  const [later, listedLater] = await orderAndList()
  t.equal(listedLater, later)
  t.equal((await app.inject('/health/ready')).statusCode, 200)
})
