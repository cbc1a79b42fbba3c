import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const LONE = 'orders over one connection'
const ONE_BY_ONE = 'a batch of one by hand'
const BY_HAND = 'the same by better-sqlite3'

const rate = { figure: 'rate', unit: '/s' }

/** The cost of batching for an order with no others to share a commit with. */
export const lone: Suite = {
  name: 'lone',
  seconds: { full: 2, quick: 1 },
  rows: [
    {
      name: 'POST /orders over 1 connection',
      of: LONE,
      against: ONE_BY_ONE,
      ...rate,
      goal: { atLeast: 0.7 },
    },
    { name: 'the same, beside one without Prisma', of: LONE, against: BY_HAND, ...rate },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const options = { databaseUrl: file.url, secret: SECRET }
    const app = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
    const tally = createTally()
    const on = (path: string) => {
      const shots = orderShots(shop, shop.productIds, path)
      return async (seconds: number) => ({
        ...(await tally.place(app.hello.address, shots, { connections: 1, seconds })),
      })
    }
    return {
      contestants: {
        [LONE]: on('/orders'),
        [ONE_BY_ONE]: on('/one-by-one/orders'),
        [BY_HAND]: on('/by-hand/orders'),
      },
      async close() {
        await app.stop()
        const faults = await audit(file.url, { ...tally.sum(), ledger: false })
        await file.drop()
        return faults
      },
    }
  },
}
