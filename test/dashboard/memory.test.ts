import t from 'tap'
import { MAX_ROWS } from '../../src/dashboard/orders/feed.js'
import { noBrowser, until } from '../helpers/browser.js'
import { openBusyOrdersPage } from '../helpers/busy-orders-page.js'
import { relayed } from '../helpers/sockets.js'

const TOTAL = 500_000
const STEP = 100_000
/** Orders placed at once. */
const BATCH = 1_000
/** What the heap differs by from one collection to the next: code is compiled, and buffers of the connection come and go. */
const NOISE_BYTES = 8 * 1024 * 1024

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`

t.test(`a page that receives ${TOTAL} orders does not grow`, { skip: noBrowser }, async (t) => {
  t.equal(STEP, MAX_ROWS, 'the list is full at the first measurement')
  const { app, page, table, place: placeOne, heapOf } = await openBusyOrdersPage(t, BATCH)

  /** Places `count` orders, and waits until the page shows the newest. */
  const place = async (count: number) => {
    let newest = ''
    for (let placed = 0; placed < count; placed += BATCH) {
      const orders = await Promise.all(Array.from({ length: BATCH }, (_, i) => placeOne(i)))
      for (const { order } of orders) if (order.id > newest) newest = order.id
    }
    await relayed(app)
    const first = page.locator('.rows .row').first()
    await until(async () => (await first.innerText()).includes(newest.slice(-8).toUpperCase()))
  }

  const heaps: number[] = []
  const began = performance.now()
  t.comment(`${mib(await heapOf())} of heap without orders`)
  while (heaps.length < TOTAL / STEP) {
    await place(STEP)
    const heap = await heapOf()
    heaps.push(heap)
    const seconds = Math.round((performance.now() - began) / 1000)
    t.comment(`${mib(heap)} of heap after ${heaps.length * STEP} orders, ${seconds} s`)
  }
  const [full = 0, ...later] = heaps
  t.ok(Math.max(...later) - full < NOISE_BYTES, `${heaps.map(mib).join(', ')}`)
  t.equal(await table.getAttribute('aria-rowcount'), String(MAX_ROWS + 1))
  t.equal(await page.locator('.badge').innerText(), 'Live')
})
