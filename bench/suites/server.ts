import { audit } from '../audit.js'
import { newDatabase, serverMissing } from '../databases.js'
import type { Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const CONNECTIONS = 50
const NODES = 3

const SPREAD = 'orders of 1,000 products, MySQL'
const HOT = 'orders of one product, MySQL'
const SPREAD_BY_HAND = 'the mariadb driver by hand, 1,000 products'
const HOT_BY_HAND = 'the mariadb driver by hand, one product'
const MANY = 'three nodes on one database'

const rate = { figure: 'rate', unit: '/s' }

async function shopOnServer() {
  const database = await newDatabase()
  return { database, shop: await makeShop(database.url), tally: createTally() }
}

/** Orders on MySQL or MariaDB, which may use any core. Three nodes share one core. */
export const server: Suite = {
  name: 'mysql',
  seconds: { full: 2, quick: 1 },
  missing: serverMissing,
  rows: [
    {
      name: 'MySQL: POST /orders, 1,000 products',
      of: SPREAD,
      against: SPREAD_BY_HAND,
      ...rate,
      goal: { atLeast: 4 },
    },
    {
      name: 'MySQL: POST /orders, one product',
      of: HOT,
      against: HOT_BY_HAND,
      ...rate,
      goal: { atLeast: 8 },
    },
    { name: 'MySQL: three nodes instead of one', of: MANY, against: SPREAD, ...rate },
  ],

  async open() {
    // The three nodes have a database of their own: otherwise they would relay the single node's log, on its core,
    // while it is measured.
    const [ours, theirs, shared] = [await shopOnServer(), await shopOnServer(), await shopOnServer()]
    const open = (script: string, databaseUrl: string): Promise<Program<{ address: string }>> =>
      start(script, { place: 'server', options: { databaseUrl, secret: SECRET } })
    const one = await open('servers/app.mjs', ours.database.url)
    const nodes: Program<{ address: string }>[] = []
    for (let i = 0; i < NODES; i++) nodes.push(await open('servers/app.mjs', shared.database.url))
    const byHand = await open('baselines/mariadb.ts', theirs.database.url)

    const placing = ({ shop, tally }: typeof ours, programs: typeof nodes, productIds = shop.productIds) => {
      const shots = orderShots(shop, productIds)
      const connections = Math.round(CONNECTIONS / programs.length)
      return async (seconds: number) => {
        const all = programs.map(({ hello }) => tally.place(hello.address, shots, { connections, seconds }))
        return { rate: (await Promise.all(all)).reduce((sum, figures) => sum + figures.rate, 0) }
      }
    }
    return {
      contestants: {
        [SPREAD]: placing(ours, [one]),
        [SPREAD_BY_HAND]: placing(theirs, [byHand]),
        [HOT]: placing(ours, [one], ours.shop.productIds.slice(0, 1)),
        [HOT_BY_HAND]: placing(theirs, [byHand], theirs.shop.productIds.slice(0, 1)),
        [MANY]: placing(shared, nodes),
      },
      async close() {
        for (const program of [one, ...nodes, byHand]) await program.stop()
        const faults: string[] = []
        for (const { database, tally } of [ours, theirs, shared]) {
          const ledger = database !== theirs.database
          faults.push(...(await audit(database.url, { ...tally.sum(), ledger })))
          await database.drop()
        }
        return faults
      },
    }
  },
}
