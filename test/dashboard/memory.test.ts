import type { CDPSession } from 'playwright-core'
import t from 'tap'
import { MAX_ROWS } from '../../src/dashboard/orders/feed.js'
import { newId } from '../../src/ids.js'
import { build } from '../helpers/app.js'
import { admin, launch, noBrowser, PATIENCE_MS, submitSignIn, until } from '../helpers/browser.js'
import { listen, relayed } from '../helpers/sockets.js'

const TOTAL = 500_000
const STEP = 100_000
/** Orders placed at once. */
const BATCH = 1_000
/** What the heap differs by from one collection to the next: code is compiled, and buffers of the connection come and go. */
const NOISE_BYTES = 8 * 1024 * 1024

/** Returns what the page holds after a garbage collection. */
async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  return (await devtools.send('Runtime.getHeapUsage')).usedSize
}

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`

// The orders use the engine, log, relay and sockets of POST /orders, but bypass HTTP.
t.test(`a page that receives ${TOTAL} orders does not grow`, { skip: noBrowser }, async (t) => {
  t.equal(STEP, MAX_ROWS, 'the list is full at the first measurement')
  const app = await build(t, { admin, orderQueueMax: BATCH, replayMax: 1_000_000 })
  const url = await listen(app)
  const user = await app.db.read.user.findUniqueOrThrow({ where: { email: admin.email } })
  const products = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      app.catalog.create({ name: `Lamp ${i}`, price: 10, stock: TOTAL }, { userId: user.id }),
    ),
  )
  const browser = await launch(t)
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(`${url}/admin#/orders`)
  await submitSignIn(page)
  await page.locator('.badge.live').waitFor()
  await page.getByText('No orders yet').waitFor()
  const devtools = await page.context().newCDPSession(page)

  /** Places `count` orders, and waits until the page shows the newest. */
  const place = async (count: number) => {
    let newest = ''
    for (let placed = 0; placed < count; placed += BATCH) {
      const orders = await Promise.all(
        Array.from({ length: BATCH }, (_, i) => {
          const productId = products[i % products.length]?.product.id ?? newId()
          return app.orders.place({ userId: user.id, productId, quantity: 1, idempotencyKey: null })
        }),
      )
      for (const { order } of orders) if (order.id > newest) newest = order.id
    }
    await relayed(app)
    const first = page.locator('.rows .row').first()
    await until(async () => (await first.innerText()).includes(newest.slice(-8).toUpperCase()))
  }

  const heaps: number[] = []
  const began = performance.now()
  t.comment(`${mib(await heapOf(devtools))} of heap without orders`)
  while (heaps.length < TOTAL / STEP) {
    await place(STEP)
    const heap = await heapOf(devtools)
    heaps.push(heap)
    const seconds = Math.round((performance.now() - began) / 1000)
    t.comment(`${mib(heap)} of heap after ${heaps.length * STEP} orders, ${seconds} s`)
  }
  const [full = 0, ...later] = heaps
  t.ok(Math.max(...later) - full < NOISE_BYTES, `${heaps.map(mib).join(', ')}`)
  t.equal(
    await page.getByRole('table', { name: 'Orders, newest first' }).getAttribute('aria-rowcount'),
    String(MAX_ROWS + 1),
  )
  t.equal(await page.locator('.badge').innerText(), 'Live')
})
