import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { StockroomEvent } from '../../src/contract/events.js'
import { databaseOf, onServer } from '../helpers/database.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'
import { startReceiver } from '../helpers/webhook-receiver.js'

const SETTINGS = {
  ...noRateLimits,
  ADMIN_EMAIL: 'admin@shop.test',
  ADMIN_PASSWORD: 'correct horse battery',
  WEBHOOK_ALLOW_PRIVATE: 'true',
}
const NODES = onServer ? 3 : 2
const PRODUCTS = 400
/** How soon another node delivers, on a busy machine. */
const TAKE_OVER_MS = 10_000

type Server = Awaited<ReturnType<typeof startServer>>

const isDelivering = async ({ url }: Server) =>
  /^webhooks_delivering 1$/m.test(await (await fetch(`${url}/metrics`)).text())

t.test('a node that is killed while it delivers is followed by another, without loss', async (t) => {
  const cwd = t.testdir()
  const env = { ...SETTINGS, DATABASE_URL: await databaseOf(t, cwd, 'stockroom.db') }
  const nodes: Server[] = []
  for (let i = 0; i < NODES; i++) nodes.push(await startServer(t, cwd, env))
  const [first] = nodes
  if (!first) throw new Error('no node')
  const headers = await adminOf(first, SETTINGS)
  // Every fiftieth request is read, and its connection cut before the answer.
  const receiver = await startReceiver(t, (_received, response, count) => {
    if (count % 50 === 0) response.destroy()
    else response.writeHead(204).end()
  })
  const body = JSON.stringify({ url: receiver.url, after: 0 })
  const created = await fetch(`${first.url}/webhooks`, { method: 'POST', headers, body })
  const { id, secret } = (await created.json()) as { id: string; secret: string }
  await receiver.until(1)
  const delivering = await Promise.all(nodes.map(isDelivering))
  t.equal(delivering.filter((each) => each).length, 1)
  const leader = nodes[delivering.indexOf(true)]
  const others = nodes.filter((node) => node !== leader)
  const [other] = others
  if (!leader || !other) throw new Error('nobody delivers')

  const load = (async () => {
    for (let i = 0; i < PRODUCTS; i++) await makeProduct(other.url, headers, 5)
  })()
  await receiver.until(PRODUCTS / 4)
  const before = receiver.received.length
  await leader.stop('SIGKILL')
  const killedAt = performance.now()
  while (receiver.received.length <= before + 1) await sleep(20)
  const tookOverIn = performance.now() - killedAt
  t.ok(tookOverIn < TAKE_OVER_MS, `after ${Math.round(tookOverIn)} ms`)
  await load

  const log: StockroomEvent[] = []
  for (;;) {
    const page = await fetch(`${other.url}/events?after=${log.length}&limit=1000`, { headers })
    const { items } = (await page.json()) as { items: StockroomEvent[] }
    if (items.length === 0) break
    log.push(...items)
  }
  while (receiver.offsets().at(-1) !== log.length) await sleep(50)

  const seen = new Map<string, string>()
  for (const { id: each, body: text } of receiver.received) {
    t.equal(seen.get(each) ?? text, text, `${each} is the same each time`)
    seen.set(each, text)
  }
  t.same(
    [...seen.values()].map((text) => JSON.parse(text)),
    log,
    'every event, in order',
  )
  t.equal(receiver.overlaps(), 0)
  receiver.verify(secret)
  t.ok(receiver.received.length > log.length, 'some came again')
  const now = await Promise.all(others.map(isDelivering))
  t.equal(now.filter((each) => each).length, 1)
  let items: { offset: number; status: number | null }[] = []
  // They are saved every second.
  for (; items.length < 100; await sleep(100)) {
    const rows = await fetch(`${other.url}/webhooks/${id}/deliveries?limit=100`, { headers })
    items = ((await rows.json()) as { items: typeof items }).items
  }
  t.ok(
    items.some(({ status }) => status === null),
    'the cut ones are told',
  )
  for (const node of others) t.equal(await node.stop(), 0)
})
