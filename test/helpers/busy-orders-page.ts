import type { Test } from 'tap'
import { newId } from '../../src/ids.js'
import { build } from './app.js'
import { admin, launch, PATIENCE_MS, submitSignIn } from './browser.js'
import { listen } from './sockets.js'

const PRODUCTS = 50
const STOCK = 1_000_000

/**
 * Opens the live list of orders of a shop without any. Its orders use the engine, log, relay and sockets of POST /orders, but
 * bypass HTTP, which handles fewer on two cores.
 * @param orderQueueMax maximum number of orders placed at once
 */
export async function openBusyOrdersPage(t: Test, orderQueueMax: number) {
  // A page that falls behind on a slow machine should catch up rather than reload its first page.
  const app = await build(t, { admin, orderQueueMax, replayMax: 1_000_000 })
  const url = await listen(app)
  const { id: userId } = await app.db.read.user.findUniqueOrThrow({ where: { email: admin.email } })
  const products = await Promise.all(
    Array.from({ length: PRODUCTS }, (_, i) =>
      app.catalog.create({ name: `Lamp ${i}`, price: 10, stock: STOCK }, { userId }),
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

  return {
    app,
    browser,
    page,
    table: page.getByRole('table', { name: 'Orders, newest first' }),

    /** Places the `i`th order: products take turns. */
    place: (i: number) =>
      app.orders.place({
        userId,
        productId: products[i % PRODUCTS]?.product.id ?? newId(),
        quantity: 1,
        idempotencyKey: null,
      }),

    /** Returns the bytes that the page holds after a garbage collection. */
    async heapOf(): Promise<number> {
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize
    },
  }
}
