/**
 * `npm run demo`: runs the shop on a temporary database with simulated users, and prints a one-time link that signs
 * the browser in as its admin. PORT sets the port (3000). Ctrl-C stops it and removes all data.
 */

import { openShop } from './shop.js'
import { openDoors } from './shoppers.js'

const DEFAULT_PORT = 3000

const leave = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    // A second signal exits immediately.
    leave.abort()
  })

try {
  const { address, link, close, admin } = await openShop(Number(process.env.PORT || DEFAULT_PORT))
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
