import autocannon from 'autocannon'
import { newFile } from '../databases.js'
import { load, type Shot } from '../load.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { makeShop, orderShots, SECRET, type Shop } from '../shop.js'

const CONNECTIONS = 50
/** Orders per second placed during the list reads, to keep their contents changing. */
const ORDERS_MEANWHILE = 200

const ONE = 'one product'
const ONE_CONSTANT = 'a constant text of its size'
const LIST = '20 products, orders meanwhile'
const LIST_CONSTANT = 'a constant text of their size, orders meanwhile'

const rate = { figure: 'rate', unit: '/s' }

/** Runs `measure` while orders are placed at a steady pace. @throws if any order fails. */
async function meanwhile<T>(shop: Shop, address: string, seconds: number, measure: () => Promise<T>) {
  const orders = autocannon({
    url: address,
    connections: 4,
    overallRate: ORDERS_MEANWHILE,
    duration: seconds,
    requests: orderShots(shop, shop.productIds),
  })
  const measured = await measure()
  const { non2xx, errors, '2xx': placed } = await orders
  if (non2xx > 0 || errors > 0 || placed === 0)
    throw new Error(`orders beside the lists: ${non2xx + errors} failed`)
  return measured
}

/** The most frequent reads, compared with constant responses of the same size. */
export const reads: Suite = {
  name: 'reads',
  seconds: { full: 2, quick: 1 },
  rows: [
    { name: 'GET /products/:id', of: ONE, against: ONE_CONSTANT, ...rate, goal: { atLeast: 0.75 } },
    {
      name: 'GET /products, orders meanwhile',
      of: LIST,
      against: LIST_CONSTANT,
      ...rate,
      goal: { atLeast: 0.7 },
    },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const options = { databaseUrl: file.url, secret: SECRET }
    const app = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
    const { address } = app.hello
    const get = (path: string): Shot => ({ method: 'GET', path })
    const products = (prefix: string) => shop.productIds.map((id) => get(`${prefix}/products/${id}`))
    const size = { connections: CONNECTIONS }
    const loading = (shots: Shot[]) => async (seconds: number) => ({
      ...(await load(address, shots, { ...size, seconds })),
    })
    const listing = (path: string) => (seconds: number) =>
      meanwhile(shop, address, seconds, async () => ({
        ...(await load(address, [get(path)], { ...size, seconds })),
      }))
    return {
      contestants: {
        [ONE]: loading(products('')),
        [ONE_CONSTANT]: loading(products('/ceiling')),
        [LIST]: listing('/products'),
        [LIST_CONSTANT]: listing('/ceiling/products'),
      },
      async close() {
        await app.stop()
        await file.drop()
        return []
      },
    }
  },
}
