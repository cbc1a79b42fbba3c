import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { checkoutShots, makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const LINES = 5
const LINES_IN_FLIGHT = 50

const BASKETS = `checkouts of ${LINES} products at random`
const ORDERS = 'orders of 1,000 products at random'

/** Lines of checkouts beside single orders, as many of them in flight. */
export const checkouts: Suite = {
  name: 'checkouts',
  seconds: { full: 3, quick: 1 },
  rows: [
    {
      name: `POST /checkouts, lines of ${LINES}`,
      of: BASKETS,
      against: ORDERS,
      figure: 'lines',
      unit: '/s',
      goal: { atLeast: 0.9 },
    },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const options = { databaseUrl: file.url, secret: SECRET }
    const app = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
    const { address } = app.hello
    const [orders, baskets] = [createTally(), createTally()]
    const single = orderShots(shop, shop.productIds)
    const several = checkoutShots(shop, shop.productIds, LINES)
    return {
      contestants: {
        [ORDERS]: async (seconds) => {
          const { rate } = await orders.place(address, single, { connections: LINES_IN_FLIGHT, seconds })
          return { lines: rate }
        },
        [BASKETS]: async (seconds) => {
          const connections = LINES_IN_FLIGHT / LINES
          const { rate } = await baskets.place(address, several, { connections, seconds })
          return { lines: rate * LINES }
        },
      },
      async close() {
        await app.stop()
        const [one, many] = [orders.sum(), baskets.sum()]
        const faults = await audit(file.url, {
          acknowledged: one.acknowledged + many.acknowledged * LINES,
          unanswered: one.unanswered + many.unanswered * LINES,
        })
        await file.drop()
        return faults
      },
    }
  },
}
