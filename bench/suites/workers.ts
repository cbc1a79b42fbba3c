import { once } from 'node:events'
import { cpus } from 'node:os'
import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import { type LoadOptions, load, type Shot } from '../load.js'
import type { Suite } from '../measure.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { addressOf, spawnScript } from '../spawn-script.js'
import { createTally } from '../tally.js'

const LOAD = { connections: 50, place: 'all' } as const
const MANY = 2

const SHOTS = ['GET /products/:id', 'GET /products, 20', 'POST /orders'] as const
const GOALS = { 'GET /products/:id': 1.5, 'GET /products, 20': 1.5, 'POST /orders': 1.3 }

const nameOf = (route: string, workers: number) => `${route}, WORKERS=${workers}`

/** Starts the program with a shop of its own. Its processes and the load share all cores. */
async function open(workers: number) {
  const file = newFile()
  const shop = await makeShop(file.url)
  const env = {
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: file.url,
    JWT_SECRET: SECRET,
    RATE_LIMIT_MAX: '0',
    WORKERS: String(workers),
  }
  const child = spawnScript('dist/server.js', env, 'all')
  const address = await addressOf(child)
  // The pipe of its log would fill.
  child.stdout?.resume()
  const tally = createTally()
  const reading = (shots: Shot[]) => async (seconds: number) => ({
    ...(await load(address, shots, { ...LOAD, seconds } satisfies LoadOptions)),
  })
  const orders = orderShots(shop, shop.productIds)
  return {
    contestants: {
      [nameOf('GET /products/:id', workers)]: reading(
        shop.productIds.map((id) => ({ method: 'GET', path: `/products/${id}` })),
      ),
      [nameOf('GET /products, 20', workers)]: reading([{ method: 'GET', path: '/products' }]),
      [nameOf('POST /orders', workers)]: async (seconds: number) => ({
        ...(await tally.place(address, orders, { ...LOAD, seconds })),
      }),
    },
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      const faults = await audit(file.url, { ...tally.sum(), log: true, ledger: true })
      await file.drop()
      return faults
    },
  }
}

/** Several processes as one server, beside one process. */
export const workers: Suite = {
  name: 'workers',
  seconds: { full: 3, quick: 1 },
  // Not availableParallelism(): this process is pinned.
  missing: async () => (cpus().length < MANY ? 'one core alone' : undefined),
  rows: SHOTS.map((route) => ({
    name: `${route}, ${MANY} workers`,
    of: nameOf(route, MANY),
    against: nameOf(route, 1),
    figure: 'rate',
    unit: '/s',
    goal: { atLeast: GOALS[route] },
  })),

  async open() {
    const [one, many] = [await open(1), await open(MANY)]
    return {
      contestants: { ...one.contestants, ...many.contestants },
      close: async () => [...(await one.close()), ...(await many.close())],
    }
  },
}
