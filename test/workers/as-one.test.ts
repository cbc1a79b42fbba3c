import { setTimeout as sleep } from 'node:timers/promises'
import { io } from 'socket.io-client'
import t from 'tap'
import { PATIENCE_MS } from '../helpers/patience.js'
import { makeProduct } from '../helpers/process.js'
import { ADMIN, fresh, startWorkers, WORKERS } from '../helpers/workers.js'

const json = { 'content-type': 'application/json' }

/** Waits until several requests in a row, which reach different workers, find it so. */
async function everywhere(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (let inARow = 0; inARow < 3 * WORKERS; ) {
    inARow = (await isSo()) ? inARow + 1 : 0
    if (performance.now() > deadline) throw new Error('it is not so at every worker')
  }
}

const signIn = (url: string, password: string) =>
  fresh(`${url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: ADMIN.ADMIN_EMAIL, password, tokens: 'body' }),
  })

t.test('several workers behave as one server', async (t) => {
  const server = await startWorkers(t)
  const { url, headers } = server
  t.equal(server.pids('worker').length, WORKERS)
  const productId = await makeProduct(url, headers, 50)
  const order = (extra: Record<string, string> = {}) =>
    fresh(`${url}/orders`, {
      method: 'POST',
      headers: { ...headers, ...extra },
      body: JSON.stringify({ productId, quantity: 1 }),
    })

  await t.test('orders through all of them sell what there is, once', async (t) => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => order()))
    const statuses = answers.map(({ status }) => status)
    t.equal(statuses.filter((status) => status === 201).length, 50)
    t.equal(statuses.filter((status) => status === 409).length, 30)
    const refused = answers.find(({ status }) => status === 409)
    t.match(await refused?.json(), { type: '/problems/insufficient-stock', available: 0, requested: 1 })
    for (let i = 0; i < 2 * WORKERS; i++) {
      const product = (await (await fresh(`${url}/products/${productId}`)).json()) as { stock: number }
      t.equal(product.stock, 0)
    }
  })

  await t.test('a key is replayed by any of them', async (t) => {
    const product = await makeProduct(url, headers, 5)
    const body = JSON.stringify({ items: [{ productId: product, quantity: 2 }] })
    const checkOut = () =>
      fresh(`${url}/checkouts`, { method: 'POST', headers: { ...headers, 'idempotency-key': 'k-1' }, body })
    const answers = await Promise.all(Array.from({ length: 6 }, checkOut))
    t.same(new Set(answers.map(({ status }) => status)), new Set([201]))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id))
    t.equal(new Set(ids).size, 1)
  })

  await t.test('a change by one shows in the others', async () => {
    for (let round = 1; round <= 5; round++) {
      const body = JSON.stringify({ name: `Lamp ${round}` })
      await fresh(`${url}/products/${productId}`, { method: 'PATCH', headers, body })
      await everywhere(async () => {
        const product = (await (await fresh(`${url}/products/${productId}`)).json()) as { name: string }
        return product.name === `Lamp ${round}`
      })
    }
  })

  await t.test('a session that ended at one is ended at all', async (t) => {
    const { accessToken } = (await (await signIn(url, ADMIN.ADMIN_PASSWORD)).json()) as {
      accessToken: string
    }
    const own = { ...json, authorization: `Bearer ${accessToken}` }
    const me = () => fresh(`${url}/auth/me`, { headers: own })
    for (let i = 0; i < 2 * WORKERS; i++) t.equal((await me()).status, 200)
    t.equal((await fresh(`${url}/auth/logout`, { method: 'POST', headers: own, body: '{}' })).status, 204)
    await everywhere(async () => (await me()).status === 401)
  })

  await t.test('a new API key is known to all at once', async (t) => {
    const body = JSON.stringify({ name: 'Scanner', scopes: ['users:read'] })
    for (let round = 1; round <= 5; round++) {
      const made = await fresh(`${url}/api-keys`, { method: 'POST', headers, body })
      const { key } = (await made.json()) as { key: string }
      const use = () => fresh(`${url}/users?limit=1`, { headers: { authorization: `Bearer ${key}` } })
      const answers = await Promise.all(Array.from({ length: 3 * WORKERS }, use))
      t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
    }
  })

  await t.test('the metrics are those of all', async (t) => {
    const text = await (await fresh(`${url}/metrics`)).text()
    const [, decided] = /^order_batch_size_sum (\d+)$/m.exec(text) ?? []
    t.ok(Number(decided) >= 80, `${decided} orders decided by the committer`)
    const [, placed] =
      /http_request_duration_seconds_count\{[^}]*route="\/orders"[^}]*status="201"[^}]*\} (\d+)/.exec(text) ??
      []
    t.equal(placed, '50')
  })

  await t.test('a client that polls, and then upgrades, reaches its worker from any', async (t) => {
    const [, token] = /Bearer (.+)/.exec(headers.authorization ?? '') ?? []
    const events: unknown[] = []
    for (const transports of [['polling'], ['polling', 'websocket']]) {
      const clients = Array.from({ length: 6 }, () =>
        io(`${url}/admin`, { transports, auth: { token }, forceNew: true, reconnection: false }),
      )
      t.teardown(() => {
        for (const client of clients) client.disconnect()
      })
      await Promise.all(
        clients.map(
          (client) =>
            new Promise<void>((resolve, reject) => {
              client.once('connect', resolve)
              client.once('connect_error', reject)
            }),
        ),
      )
      const heard = clients.map(
        (client) =>
          new Promise((resolve) => client.once('stock:changed', (event) => resolve(events.push(event)))),
      )
      const body = JSON.stringify({ delta: 1 })
      await fresh(`${url}/products/${productId}/stock-adjustments`, { method: 'POST', headers, body })
      await Promise.all(heard)
      t.equal(events.splice(0).length, clients.length, transports.join())
      if (transports.length > 1)
        for (const client of clients) {
          while (client.io.engine.transport.name !== 'websocket') await sleep(20)
          t.ok(client.connected)
        }
    }
  })

  await t.test('wrong passwords are counted together', async (t) => {
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await signIn(url, 'wrong')).status)
    t.same(statuses, [401, 401, 401, 401, 401, 429, 429, 429])
  })

  t.equal(await server.stop(), 0)
})

t.test('the limit of requests is one for all workers', async (t) => {
  const { url } = await startWorkers(t, { RATE_LIMIT_MAX: '30' })
  const statuses: number[] = []
  for (let i = 0; i < 40; i++) statuses.push((await fresh(`${url}/products`)).status)
  const allowed = statuses.filter((status) => status === 200).length
  // Signing in has counted too.
  t.ok(allowed >= 28 && allowed <= 30, `${allowed} allowed`)
  t.equal(statuses.at(-1), 429)
})
