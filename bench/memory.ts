/**
 * `npm run bench -- --memory`: checks for memory growth under work. Sends mixed requests and measures the heap after
 * garbage collection at 1, 5 and 10 million responses; with --quick at a hundredth of these.
 */
import { audit } from './audit.js'
import { newFile } from './databases.js'
import { load, type Shot } from './load.js'
import { start } from './processes.js'
import { makeShop, orderShots, SECRET } from './shop.js'
import { createTally } from './tally.js'

const STOPS = [1, 5, 10]
const MILLION = 1_000_000
const CONNECTIONS = 50
/** Share of the time spent placing orders; the rest is spent reading products. */
const ORDERING = 0.3
/**
 * Growth between the first and last stop within measurement noise: the collector leaves some garbage now and then.
 */
const NOISE_BYTES = 8 * 1024 * 1024

interface Heap {
  heapUsed: number
  external: number
  rss: number
}

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`.padStart(9)

/** @throws if the heap has grown, or the audit finds a fault. */
export async function measureMemory({ quick }: { quick: boolean }): Promise<void> {
  const file = newFile()
  const shop = await makeShop(file.url)
  const app = await start<{ address: string }>('servers/app.mjs', {
    place: 'server',
    options: { databaseUrl: file.url, secret: SECRET },
    nodeOptions: ['--expose-gc'],
  })
  const { address } = app.hello
  const options = { address, token: shop.admin, count: 1, batch: true }
  const admin = await start('servers/listeners.ts', { place: 'load', options })
  const tally = createTally()
  const reads: Shot[] = [
    ...shop.productIds.map((id) => ({ method: 'GET' as const, path: `/products/${id}` })),
    ...shop.productIds.map((_, i) => ({ method: 'GET' as const, path: `/products?q=number+${i}` })),
    { method: 'GET', path: '/products' },
    { method: 'GET', path: '/products?sort=price&page=3' },
    { method: 'GET', path: '/orders', headers: { authorization: `Bearer ${shop.customer}` } },
  ]
  const orders = orderShots(shop, shop.productIds)
  const size = { connections: CONNECTIONS, seconds: quick ? 1 : 5 }

  let answered = 0
  let placing = 0
  /** Sends load until at least `total` requests are answered. */
  async function reach(total: number): Promise<void> {
    for (let spell = 0; answered < total; spell++) {
      const place = placing < ORDERING * spell
      if (place) placing++
      const figures = place ? await tally.place(address, orders, size) : await load(address, reads, size)
      answered += figures.answered
    }
  }

  const heaps: Heap[] = []
  console.log('   requests       heap   external        RSS')
  for (const stop of [0, ...STOPS]) {
    await reach((stop * MILLION) / (quick ? 100 : 1))
    const heap = await app.ask<Heap>('memory')
    heaps.push(heap)
    const sizes = [heap.heapUsed, heap.external, heap.rss].map(megabytes).join('  ')
    console.log(`${answered.toLocaleString('en-US').padStart(11)}  ${sizes}`)
  }
  await admin.stop()
  await app.stop()
  const faults = await audit(file.url, tally.sum())
  await file.drop()
  if (faults.length > 0) throw new Error(`the books are off: ${faults.join('; ')}`)
  const [, early, , late] = heaps
  const growth = (late?.heapUsed ?? 0) - (early?.heapUsed ?? 0)
  const placed = tally.sum().acknowledged
  console.log(
    `${placed.toLocaleString('en-US')} of them were orders. From the first stop to the last: ${megabytes(growth).trim()}`,
  )
  if (growth > NOISE_BYTES) throw new Error('the heap grows with the work')
}
