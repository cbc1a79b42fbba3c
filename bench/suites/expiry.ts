import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../../src/ids.js'
import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import { addExpiring, whenExpired } from '../expiring.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const MANY = '10,000 orders that expire in one second'
const FEW = '1,000 orders that expire in one second'
const NONE = 'orders alone'

const SPAN_MS = 1_000
const CONNECTIONS = 10

/** How late orders are cancelled after their expiry, and the capacity left for other orders meanwhile. */
export const expiry: Suite = {
  name: 'expiry',
  seconds: { full: 3, quick: 2 },
  rows: [
    {
      name: `${MANY}: the last is back after`,
      of: MANY,
      against: FEW,
      figure: 'late',
      unit: 'ms',
      goal: { atMost: 1_000, absolute: true },
    },
    {
      name: 'POST /orders meanwhile',
      of: MANY,
      against: NONE,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 0.75 },
    },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const options = { databaseUrl: file.url, secret: SECRET }
    const app = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
    const tally = createTally()
    const shots = orderShots(shop, shop.productIds)
    let inserted = 0

    const expiring = (count: number) => async (seconds: number) => {
      // Late enough that all are inserted before the first expires.
      const from = Date.now() + 1_000 + count / 2
      const since = newId()
      await addExpiring(shop, count, from, SPAN_MS)
      inserted += count
      await sleep(Math.max(0, from - Date.now()))
      const { rate } = await tally.place(app.hello.address, shots, { connections: CONNECTIONS, seconds })
      const late = (await whenExpired(shop, since)) - (from + SPAN_MS)
      return { rate, late: Math.max(late, 1) }
    }
    return {
      contestants: {
        [NONE]: async (seconds) => ({
          ...(await tally.place(app.hello.address, shots, { connections: CONNECTIONS, seconds })),
        }),
        [FEW]: expiring(1_000),
        [MANY]: expiring(10_000),
      },
      async close() {
        await app.stop()
        const { acknowledged, unanswered } = tally.sum()
        const faults = await audit(file.url, { acknowledged: acknowledged + inserted, unanswered })
        await file.drop()
        return faults
      },
    }
  },
}
