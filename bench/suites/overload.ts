import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const QUEUE = 200
/** Exactly the queue's capacity: no order is rejected. */
const FITTING = 200
const MANY = 2_000

/** Connecting thousands of clients takes part of each spell. */
const MIN_SECONDS = 4

const PEAK = `orders of ${FITTING} clients`
const OVERLOAD = `orders of ${MANY} clients, the others refused`

/** Ten times as many clients as the queue takes, each retrying as soon as it is answered. */
export const overload: Suite = {
  name: 'overload',
  seconds: { full: 5, quick: 3 },
  rows: [
    {
      name: `POST /orders of 2,000 clients, ORDER_QUEUE_MAX=${QUEUE}`,
      of: OVERLOAD,
      against: PEAK,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 0.8 },
    },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const options = { databaseUrl: file.url, secret: SECRET, changes: { orderQueueMax: QUEUE } }
    const app: Program<{ address: string }> = await start('servers/app.mjs', { place: 'server', options })
    const tally = createTally()
    const shots = orderShots(shop, shop.productIds)
    const placing = (connections: number) => async (seconds: number) => {
      const spell = { connections, seconds: Math.max(seconds, MIN_SECONDS), refusals: true }
      const figures = await tally.place(app.hello.address, shots, spell)
      // In-flight requests finish before the next measurement.
      await (await fetch(`${app.hello.address}/health/live`)).arrayBuffer()
      return { ...figures }
    }
    return {
      contestants: { [PEAK]: placing(FITTING), [OVERLOAD]: placing(MANY) },
      async close() {
        await app.stop()
        const faults = await audit(file.url, tally.sum())
        await file.drop()
        return faults
      },
    }
  },
}
