/**
 * `npm run demo`: the shop on a throw-away database, with simulated people in it, and a link that signs the browser in as
 * its admin, once. PORT says where (3000). Ctrl-C ends it, and nothing of it is left.
 */

import { openShop } from './shop.js'
import { openDoors } from './shoppers.js'

const STANDARD_PORT = 3000

const leave = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    // Once more, and it ends at once.
    leave.abort()
  })

try {
  const { address, link, close, admin } = await openShop(Number(process.env.PORT || STANDARD_PORT))
  console.log(`
  A shop with 200 products and simulated customers is at ${address}

  Its dashboard, signed in (the link is good once):
  ${link}

  Later, or in another browser: ${address}/admin
    email     ${admin.email}
    password  ${admin.password}

  Ctrl-C stops it and removes its data.
`)
  await openDoors(address, admin, leave.signal)
  await close()
} catch (error) {
  console.error(`The demo could not run: ${(error as Error).message}`)
  process.exitCode = 1
}
