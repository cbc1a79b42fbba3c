import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import { load } from '../load.js'
import type { Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import type { Received } from '../servers/listeners.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const CONNECTIONS = 50
const EVENTS_PER_ORDER = 2

const NOOP = 'authenticated POST that does nothing'
const SPREAD = 'orders of 1,000 products at random'
const HOT = 'orders of one product'
const BY_HAND = 'Fastify + better-sqlite3, a transaction each'
const EXPRESS = 'Express + Prisma'

/** Starts a server with a shop of its own. */
async function open(script: string) {
  const file = newFile()
  const shop = await makeShop(file.url)
  const options = { databaseUrl: file.url, secret: SECRET }
  const program: Program<{ address: string }> = await start(script, { place: 'server', options })
  const { address } = program.hello
  const tally = createTally()
  const placing = (productIds: string[]) => {
    const shots = orderShots(shop, productIds)
    return async (seconds: number) => ({
      ...(await tally.place(address, shots, { connections: CONNECTIONS, seconds })),
    })
  }
  return { file, shop, program, address, tally, placing }
}

const rate = { figure: 'rate', unit: '/s' }

/**
 * Orders over fifty connections with an admin listening to every event, compared with the ceiling and with
 * hand-written rivals.
 */
export const orders: Suite = {
  name: 'orders',
  seconds: { full: 3, quick: 1 },
  rows: [
    { name: 'POST /orders, 1,000 products', of: SPREAD, against: NOOP, ...rate, goal: { atLeast: 0.6 } },
    { name: 'its p99', of: SPREAD, against: NOOP, figure: 'p99', unit: 'ms', goal: { atMost: 2.5 } },
    { name: 'POST /orders, beside Express', of: SPREAD, against: EXPRESS, ...rate, goal: { atLeast: 15 } },
    { name: 'POST /orders, beside SQL by hand', of: SPREAD, against: BY_HAND, ...rate },
    { name: 'POST /orders, all on one product', of: HOT, against: SPREAD, ...rate, goal: { atLeast: 0.95 } },
  ],

  async open() {
    const app = await open('servers/app.mjs')
    const byHand = await open('baselines/sqlite.ts')
    const express = await open('baselines/express.ts')
    const { address, shop } = app
    const options = { address, token: shop.admin, count: 1, batch: true }
    const admin = await start('servers/listeners.ts', { place: 'load', options })
    const noop = orderShots(shop, shop.productIds, '/ceiling/orders')
    return {
      contestants: {
        [NOOP]: async (seconds) => ({
          ...(await load(address, noop, { connections: CONNECTIONS, seconds })),
        }),
        [SPREAD]: app.placing(shop.productIds),
        [HOT]: app.placing(shop.productIds.slice(0, 1)),
        [BY_HAND]: byHand.placing(byHand.shop.productIds),
        [EXPRESS]: express.placing(express.shop.productIds),
      },
      async close() {
        const faults: string[] = []
        const least = app.tally.sum().acknowledged * EVENTS_PER_ORDER
        const { gaps } = await admin.ask<Received>('received', least)
        if (gaps > 0) faults.push(`the admin missed something ${gaps} times`)
        await admin.stop()
        for (const { program, file, tally } of [app, byHand, express]) {
          await program.stop()
          const wrote = { log: program !== express.program, ledger: program === app.program }
          faults.push(...(await audit(file.url, { ...tally.sum(), ...wrote })))
          await file.drop()
        }
        return faults
      },
    }
  },
}
