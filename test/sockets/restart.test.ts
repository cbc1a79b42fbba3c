import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openStream } from '../../src/client/index.js'
import type { AnyEvent } from '../../src/contract/events.js'
import { fetchPatiently } from '../helpers/patience.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'
import { isDense, open } from '../helpers/sockets.js'

/**
 * Tokens live for fifteen minutes: anything ending within this time did not wait for expiry, even on a busy machine.
 */
const WELL_BEFORE_EXPIRY_MS = 600_000

t.test(
  'a listener receives every offset once, in order, across kills and restarts of the server',
  async (t) => {
    const dir = t.testdir()
    let server = await startServer(t, dir, noRateLimits)
    const PORT = new URL(server.url).port // the next process reuses the address
    const headers = await adminOf(server)
    const productId = await makeProduct(server.url, headers, 1_000_000)
    const body = JSON.stringify({ productId, quantity: 1 })

    const seen: AnyEvent[] = []
    const stream = openStream(server.url, { token: () => headers.authorization.slice(7) })
    const reading = (async () => {
      for await (const event of stream) seen.push(event)
    })()
    while (!stream.position && seen.length === 0) {
      await fetch(`${server.url}/orders`, { method: 'POST', headers, body })
      await sleep(20)
    }

    const acknowledged: string[] = []
    let buying = true
    const buyers = Array.from({ length: 8 }, async () => {
      while (buying) {
        const answer = await fetch(`${server.url}/orders`, { method: 'POST', headers, body }).catch(
          () => undefined,
        )
        if (answer?.status === 201) acknowledged.push(((await answer.json()) as { id: string }).id)
        else await sleep(10)
      }
    })
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const enough = acknowledged.length + 100
      while (acknowledged.length < enough) await sleep(1)
      t.equal(await server.stop(signal), signal === 'SIGTERM' ? 0 : null)
      server = await startServer(t, dir, { ...noRateLimits, PORT })
    }
    buying = false
    await Promise.all(buyers)
    const log = await fetch(`${server.url}/events?after=0&limit=1`, { headers })
    t.equal(log.status, 200)
    const told = new Set<string>()
    const missing = () => acknowledged.filter((id) => !told.has(id))
    for (let next = 0; missing().length > 0; ) {
      while (next < seen.length) {
        const event = seen[next++]
        if (event?.type === 'order:created') told.add(event.data.id)
      }
      await sleep(10)
    }
    stream.close()
    await reading
    const first = seen[0]?.offset ?? 0
    t.ok(isDense(seen, first, seen.at(-1)?.offset ?? 0), `${seen.length} events`)
  },
)

t.test('sockets at one process receive what another process commits', async (t) => {
  const dir = t.testdir()
  const one = await startServer(t, dir)
  const two = await startServer(t, dir)
  const headers = await adminOf(one)
  const productId = await makeProduct(one.url, headers, 1000)
  const listener = open(t, `${two.url}/admin`, { token: headers.authorization.slice(7), batch: true })
  const { offset } = await listener.ready()
  const order = (url: string) =>
    fetchPatiently(`${url}/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ productId, quantity: 1 }),
    })
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => order(i % 2 ? one.url : two.url)))
  t.ok(answers.every(({ status }) => status === 201))
  await listener.until(() => listener.events.filter(({ type }) => type === 'order:created').length === 100)
  t.ok(isDense(listener.events, offset + 1, offset + listener.events.length))
})

t.test('a session that ends at one process soon ends at the other, with its sockets', async (t) => {
  const dir = t.testdir()
  const one = await startServer(t, dir)
  const two = await startServer(t, dir)
  const headers = await adminOf(one)
  const listener = open(t, `${two.url}/admin`, { token: headers.authorization.slice(7) })
  await listener.ready()
  const disconnected = new Promise((resolve) => listener.socket.once('disconnect', resolve))
  const { items } = (await (await fetch(`${one.url}/auth/sessions`, { headers })).json()) as {
    items: { id: string }[]
  }
  const ended = Date.now()
  await fetch(`${one.url}/auth/sessions/${items[0]?.id}`, {
    method: 'DELETE',
    headers: { authorization: headers.authorization },
  })
  await disconnected
  t.ok(Date.now() - ended < WELL_BEFORE_EXPIRY_MS, `${Date.now() - ended} ms`)
  t.equal((await fetch(`${two.url}/auth/me`, { headers })).status, 401)
})
