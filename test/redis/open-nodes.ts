import type { Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { addProduct } from '../books.js'
import { signIn, testConfig } from '../helper.js'
import { relayed } from '../sockets/sockets.js'
import { until } from './server.js'

export type App = ReturnType<typeof buildApp>

/** Nodes on one database and one Redis, with these settings each, and the lines of their logs. */
export async function openNodes(t: Test, settings: Partial<Config>[]) {
  const config = await testConfig(t, t.testdir({ redis: {} }))
  const lines: string[] = []
  const logger = { level: 'warn', stream: { write: (line: string) => lines.push(line) } }
  const nodes = settings.map((changes) => buildApp({ ...config, ...changes }, logger))
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  for (const { redis } of nodes) await until(() => redis?.up === true)
  const [a, b] = nodes
  if (!a || !b) throw new Error('there are too few nodes')
  return { nodes, a, b, lines }
}

export const sell = (app: App, userId: string, productId: string) =>
  app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })

/** Sells at `a` and waits until `b` has told of it, some times. */
export async function sellAndHear(a: App, b: App): Promise<void> {
  const { id } = await signIn(a)
  const productId = await addProduct(a, { stock: 1_000 })
  for (let i = 0; i < 9; i++) {
    await sell(a, id, productId)
    await relayed(b)
  }
}
