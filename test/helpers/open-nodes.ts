import type { Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { signIn, testConfig } from './app.js'
import { addProduct } from './books.js'
import { until } from './redis-server.js'
import { relayed } from './sockets.js'

export type App = ReturnType<typeof buildApp>

/** Longer than a Redis on a busy machine takes: nodes that give up on it count for themselves. */
const REDIS_TIMEOUT_MS = 10_000

/** Opens nodes with the given settings on one database and one Redis, capturing their log lines. */
export async function openNodes(t: Test, settings: Partial<Config>[]) {
  const config = { ...(await testConfig(t, t.testdir({ redis: {} }))), redisTimeout: REDIS_TIMEOUT_MS }
  const lines: string[] = []
  const logger = { level: 'warn', stream: { write: (line: string) => lines.push(line) } }
  const nodes = settings.map((changes) => buildApp({ ...config, ...changes }, logger))
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  for (const { redis } of nodes) await until(() => redis?.up === true)
  const [a, b] = nodes
  if (!a || !b) throw new Error('two nodes are required')
  return { nodes, a, b, lines }
}

export const sell = (app: App, userId: string, productId: string) =>
  app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })

/** Repeatedly sells at `a` and waits until `b` has relayed the event. */
export async function sellAndRelay(a: App, b: App): Promise<void> {
  const { id } = await signIn(a)
  const productId = await addProduct(a, { stock: 1_000 })
  for (let i = 0; i < 9; i++) {
    await sell(a, id, productId)
    await relayed(b)
  }
}
