import { once } from 'node:events'
import t, { type Test } from 'tap'
import WebSocket from 'ws'
import type { App } from '../../src/app.js'
import { createBucket } from '../../src/sockets/packet-budget.js'
import { build } from '../helpers/app.js'
import { listen, open } from '../helpers/sockets.js'

t.test('a bucket holds a burst, and refills over time', (t) => {
  let now = 0
  const take = createBucket({ burst: 10, perSecond: 2 }, () => now)
  t.ok(take(10))
  t.notOk(take(1), 'it is empty')
  now = 1_000
  t.ok(take(1), 'two more, one of which repays a debt')
  t.notOk(take(1))
  now = 60_000
  t.ok(take(10))
  t.notOk(take(1), 'never more than a burst')
  t.end()
})

const messages = (text: string) => (line: WebSocket) => line.send(text)
/** Each sends one packet, or the equivalent in time. */
const floods: Record<string, (line: WebSocket, i: number) => void> = {
  'an unknown event': messages('42/inventory,["nobody:asked"]'),
  'an auth:renew event': messages('42/inventory,["auth:renew","x"]'),
  'an acknowledgement': messages('43/inventory,1[]'),
  'a heartbeat': messages('3'),
  'an unknown namespace': messages('40/nowhere,'),
  'joining and leaving a namespace': (line, i) =>
    line.send(i % 2 ? '40/inventory,{"offset":5,"epoch":"x"}' : '41/inventory,'),
  'a WebSocket ping': (line) => line.ping(),
  'a WebSocket pong': (line) => line.pong(),
  'an empty fragment': (line) => line.send('', { fin: false }),
}

async function connect(t: Test, url: string) {
  const line = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  t.teardown(() => line.terminate())
  line.on('error', () => undefined) // a reset is one way to close
  await once(line, 'message')
  line.send('40/inventory,')
  await once(line, 'message')
  return line
}

/** Reads a counter. */
async function countOf(app: App, name: string): Promise<number> {
  const { values } = (await app.metrics.getSingleMetric(name)?.get()) ?? { values: [] }
  return values.reduce((sum, { value }) => sum + value, 0)
}

t.test('a connection that floods the server is closed, whatever it sends', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  let cut = 0
  for (const [what, send] of Object.entries(floods)) {
    const line = await connect(t, url)
    let heard = 0
    line.on('message', () => heard++).on('pong', () => heard++)
    const closed = once(line, 'close')
    let open = true
    closed.then(() => {
      open = false
    })
    let sent = 0
    while (open) {
      for (let i = 0; i < 200 && line.readyState === WebSocket.OPEN; i++) send(line, sent++)
      await new Promise(setImmediate)
    }
    t.ok(heard <= 250, `${what}: ${heard} answers to ${sent}`)
    cut++
  }
  // Some are protocol violations, and closed for those.
  const flooded = await countOf(app, 'socket_flood_cut_total')
  t.ok(flooded >= cut - 2, `${flooded} of ${cut} were closed for the number of packets`)
})

t.test('bytes are limited as well as packets', async (t) => {
  const app = await build(t)
  const line = await connect(t, await listen(app))
  const closed = once(line, 'close')
  for (let i = 0; i < 20; i++) line.send(`42/inventory,["nobody:asked","${'x'.repeat(8 * 1024)}"]`)
  await closed
  t.equal(await countOf(app, 'socket_flood_cut_total'), 1)
})

t.test('polling is limited like WebSocket', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const client = open(t, `${url}/inventory`, undefined, { transports: ['polling'] })
  await client.ready()
  const gone = once(client.socket as never, 'disconnect')
  const raw = client.socket as unknown as { emit(name: string): void }
  for (let i = 0; i < 500; i++) raw.emit('nobody:asked')
  await gone
  t.equal(await countOf(app, 'socket_flood_cut_total'), 1)
})

t.test('a client slightly above the required rate stays', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const client = open(t, `${url}/inventory`, undefined)
  await client.ready()
  const raw = client.socket as unknown as { emit(name: string, token: string): void }
  for (let i = 0; i < 50; i++) raw.emit('auth:renew', 'x')
  client.socket.disconnect()
  client.socket.connect()
  await once(client.socket as never, 'connect')
  t.equal(await countOf(app, 'socket_flood_cut_total'), 0)
})
