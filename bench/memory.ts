/**
 * `npm run bench -- --memory`: whether memory grows with work. A mixture of requests, and what is on the heap, after what can
 * be collected is, when 1, 5 and 10 million of them were answered; with --quick after a hundredth of these.
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
/** The part of the time in which orders are placed; in the rest, products are read. */
const ORDERING = 0.3
/** Growth from the first stop to the last that can't be told from noise: the collector leaves something now and then. */
const NOISE_BYTES = 8 * 1024 * 1024

interface Heap {
  heapUsed: number
  external: number
  rss: number
}

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`.padStart(9)

/** @throws when the heap has grown, or the books are off. */
export async function measureMemory({ quick }: { quick: boolean }): Promise<void> {
  const file = newFile()
  const shop = await makeShop(file.url)
  const app = await start<{ address: string }>('servers/app.ts', {
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
  /** Has at least so many requests answered in all. */
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
    const heap = await app.ask<Heap>('heap')
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
