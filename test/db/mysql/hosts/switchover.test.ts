import t from 'tap'
import { buildApp } from '../../../../src/app.js'
import { noRateLimits, signIn, testConfig } from '../../../helpers/app.js'
import { addProduct, auditBooks } from '../../../helpers/books.js'
import { freePort } from '../../../helpers/ports.js'
import { spawnServer, startServer } from '../../../helpers/process.js'
import { type Member, noReplication as skip, startReplicated } from '../../../helpers/replicated-mariadb.js'

/** Makes `to` the primary in place of `from`, as a failover tool does. */
async function switchRoles(from: Member, to: Member) {
  await from.run('SET GLOBAL read_only = ON')
  await to.catchUp(from)
  await to.run('STOP SLAVE', 'SET GLOBAL read_only = OFF')
  await from.run('RESET SLAVE ALL')
  await from.replicate(to.port)
}

t.test('a process follows the server that takes writes, and places every order once', { skip }, async (t) => {
  const { one, two, databaseUrl } = await startReplicated(t)
  const app = buildApp({ ...(await testConfig(t, t.testdir(), noRateLimits)), databaseUrl })
  t.teardown(() => app.close())
  await app.ready()
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 1_000_000 })

  const placed: string[] = []
  let goesOn = true
  const place = async (customer: number) => {
    for (let i = 0; goesOn; i++) {
      const key = { 'idempotency-key': `${customer}-${i}` }
      for (let status = 0; status !== 201; ) {
        const answer = await app.inject({
          method: 'POST',
          url: '/orders',
          headers: { ...headers, ...key },
          payload: { productId, quantity: 1 },
        })
        status = answer.statusCode
        if (status === 201) placed.push(answer.json().id)
        else t.equal(status, 503)
      }
    }
  }
  const load = Promise.all(Array.from({ length: 8 }, (_, i) => place(i)))
  const more = async () => {
    for (const enough = placed.length + 100; placed.length < enough; )
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await more()
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    await switchRoles(from, to)
    await more()
    t.equal((await app.inject('/health/ready')).statusCode, 200)
  }
  goesOn = false
  await load
  t.equal(new Set(placed).size, placed.length)
  t.equal(await app.db.read.order.count(), placed.length)
  t.equal(
    await app.db.read.order.count({ where: { id: { in: placed.slice(-500) } } }),
    Math.min(500, placed.length),
  )
  t.same(await auditBooks(app.db), [])
})

t.test('reads leave a server that has become a replica', { skip }, async (t) => {
  const { one, two, databaseUrl } = await startReplicated(t)
  const app = buildApp({ ...(await testConfig(t, t.testdir())), databaseUrl })
  t.teardown(() => app.close())
  await app.ready()
  await switchRoles(one, two)
  const ports = async () => {
    const rows = await app.db.read.$queryRawUnsafe<{ port: unknown }[]>('SELECT @@port AS port')
    return Number(rows[0]?.port)
  }
  while ((await ports()) !== two.port) await new Promise((resolve) => setTimeout(resolve, 50))
  t.pass('without a write that would have failed')
})

t.test('a server that hangs is left for the one that is promoted', { skip }, async (t) => {
  const { one, two, databaseUrl } = await startReplicated(t)
  const app = buildApp({ ...(await testConfig(t, t.testdir(), noRateLimits)), databaseUrl })
  t.teardown(() => app.close())
  await app.ready()
  const { headers } = await signIn(app)
  const payload = { productId: await addProduct(app), quantity: 1 }
  const order = (key: string) =>
    app.inject({ method: 'POST', url: '/orders', headers: { ...headers, 'idempotency-key': key }, payload })
  await two.catchUp(one)
  one.hang()
  t.teardown(() => one.resume())
  const late = order('late')
  await two.run('STOP SLAVE', 'SET GLOBAL read_only = OFF')
  const begun = performance.now()
  let answer = await late
  while (answer.statusCode !== 201) answer = await order('late')
  t.ok(performance.now() - begun < 10_000, 'orders are placed again within ten seconds')
  t.equal(await app.db.read.order.count(), 1)
})

t.test('a start names the servers and why none takes writes', { skip }, async (t) => {
  const { one, two, databaseUrl } = await startReplicated(t)
  await one.run('SET GLOBAL read_only = ON')
  const start = async (DATABASE_URL: string) => {
    const { ended, output } = spawnServer(t, t.testdir(), { DATABASE_URL, DB_WAIT: '1' })
    t.equal(await ended, 1)
    t.notMatch(output(), /secret/)
    return output()
  }
  t.match(
    await start(databaseUrl),
    new RegExp(
      `^The database mysql://keeper@127.0.0.1:${two.port},127.0.0.1:${one.port}/shop cannot be used: no server takes writes: ` +
        `127.0.0.1:${two.port}: it is read-only \\(read_only\\); 127.0.0.1:${one.port}: it is read-only \\(read_only\\)\\.\\n$`,
      'm',
    ),
  )
  await one.run('SET GLOBAL read_only = OFF')
  await two.run('SET GLOBAL read_only = OFF')
  t.match(await start(databaseUrl), /both take writes, but only one may\.\n$/)
  const dead = await freePort()
  const withDead = databaseUrl.replace(`127.0.0.1:${two.port}`, `127.0.0.1:${dead}`)
  const server = await startServer(t, t.testdirName, { DATABASE_URL: withDead })
  t.equal(await server.stop(), 0, 'a server that does not answer prevents no start')
})
