import { newFile } from '../databases.js'
import { load, type Shot } from '../load.js'
import type { Contestant, Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'

const CONNECTIONS = 50

const ROUTES = {
  'GET /health/live': 0.85,
  'GET /products/:id': 0.85,
  'GET /products, 20': 0.8,
  'POST /orders': 0.8,
}

const oursOf = (route: string) => `${route}, Stockroom`
const bareOf = (route: string) => `${route}, bare Fastify`

/**
 * The program beside a Fastify with nothing around constant answers: responses per second of processor time, which a busy
 * machine distorts less than throughput. An order includes its commit.
 */
export const bare: Suite = {
  name: 'bare',
  seconds: { full: 3, quick: 2 },
  rows: Object.entries(ROUTES).map(([route, atLeast]) => ({
    name: `${route}: responses a second of processor time`,
    of: oursOf(route),
    against: bareOf(route),
    figure: 'perProcessorSecond',
    unit: '/s',
    goal: { atLeast },
  })),

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    type Server = Program<{ address: string }>
    const ours: Server = await start('servers/app.mjs', {
      place: 'server',
      options: { databaseUrl: file.url, secret: SECRET },
    })
    const theirs: Server = await start('servers/bare.ts', { place: 'server', options: { secret: SECRET } })
    const get = (path: string): Shot => ({ method: 'GET', path })
    const shotsOf: Record<keyof typeof ROUTES, Shot[]> = {
      'GET /health/live': [get('/health/live')],
      'GET /products/:id': shop.productIds.map((id) => get(`/products/${id}`)),
      'GET /products, 20': [get('/products')],
      'POST /orders': orderShots(shop, shop.productIds),
    }
    const loading =
      ({ ask, hello }: Server, shots: Shot[]): Contestant =>
      async (seconds) => {
        const before = await ask<number>('processorTime')
        const { answered } = await load(hello.address, shots, { connections: CONNECTIONS, seconds })
        return { perProcessorSecond: answered / ((await ask<number>('processorTime')) - before) }
      }
    return {
      contestants: Object.fromEntries(
        Object.entries(shotsOf).flatMap(([route, shots]) => [
          [oursOf(route), loading(ours, shots)],
          [bareOf(route), loading(theirs, shots)],
        ]),
      ),
      async close() {
        await ours.stop()
        await theirs.stop()
        await file.drop()
        return []
      },
    }
  },
}
