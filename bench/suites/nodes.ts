import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../src/config.js'
import { audit } from '../audit.js'
import { newDatabase, redisMissing, redisUrl, serverMissing } from '../databases.js'
import type { Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const CONNECTIONS = 48
const NODES = 3
/** Longer than a node waits before it looks who is elected. */
const ELECTION_MS = 3_000

const ONE = 'one node, with Redis'
const EACH = 'three nodes, ORDER_COMMITTER=each'
const ELECTED = 'three nodes, ORDER_COMMITTER=elected'

/** Starts nodes with a shop of their own. They, the database, Redis and the load share all cores. */
async function open(count: number, orderCommitter: Config['orderCommitter']) {
  const database = await newDatabase()
  const shop = await makeShop(database.url)
  const changes = { redisUrl, orderCommitter } satisfies Partial<Config>
  const options = { databaseUrl: database.url, secret: SECRET, changes }
  const nodes: Program<{ address: string }>[] = []
  for (let i = 0; i < count; i++) nodes.push(await start('servers/app.mjs', { place: 'all', options }))
  await sleep(ELECTION_MS)
  const tally = createTally()
  const shots = orderShots(shop, shop.productIds)
  const connections = CONNECTIONS / count
  return {
    async place(seconds: number) {
      const all = nodes.map(({ hello }) => tally.place(hello.address, shots, { connections, seconds }))
      const figures = await Promise.all(all)
      return {
        rate: figures.reduce((sum, { rate }) => sum + rate, 0),
        p99: Math.max(...figures.map(({ p99 }) => p99)),
      }
    },
    async close() {
      for (const node of nodes) await node.stop()
      const faults = await audit(database.url, { ...tally.sum(), log: true, ledger: true })
      await database.drop()
      return faults
    },
  }
}

/** Orders through several nodes on one MySQL or MariaDB and one Redis. */
export const nodes: Suite = {
  name: 'nodes',
  seconds: { full: 3, quick: 1 },
  missing: async () => (await serverMissing()) ?? (await redisMissing()),
  rows: [
    { name: 'three nodes, an elected committer', of: ELECTED, against: ONE, figure: 'rate', unit: '/s' },
    { name: 'three nodes, each commits', of: EACH, against: ONE, figure: 'rate', unit: '/s' },
    { name: 'an elected committer, beside each', of: ELECTED, against: EACH, figure: 'rate', unit: '/s' },
    { name: 'its p99', of: ELECTED, against: EACH, figure: 'p99', unit: 'ms' },
  ],

  async open() {
    const [one, each, elected] = [
      await open(1, 'each'),
      await open(NODES, 'each'),
      await open(NODES, 'elected'),
    ]
    return {
      contestants: { [ONE]: one.place, [EACH]: each.place, [ELECTED]: elected.place },
      close: async () => [...(await one.close()), ...(await each.close()), ...(await elected.close())],
    }
  },
}
