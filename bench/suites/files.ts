import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import type { Sample, Suite } from '../measure.js'
import { start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const CONNECTIONS = 50
/** Products of one imported file. */
const LINES = 20_000
/** Products of the exported shop. */
const PRODUCTS = 100_000

const ALONE = 'orders alone'
const IMPORT = 'imports of new products'
const EXPORT = 'exports of all products'
const BESIDE_IMPORT = 'orders beside imports'
const BESIDE_EXPORT = 'orders beside exports'

/** Imports and exports of products, and orders meanwhile. */
export const files: Suite = {
  name: 'files',
  seconds: { full: 4, quick: 3 },
  rows: [
    {
      name: 'POST /products/import: products a second',
      of: IMPORT,
      against: IMPORT,
      figure: 'lines',
      unit: '/s',
      goal: { atLeast: 5_000, absolute: true },
    },
    {
      name: 'GET /products/export: products a second',
      of: EXPORT,
      against: EXPORT,
      figure: 'lines',
      unit: '/s',
      goal: { atLeast: 20_000, absolute: true },
    },
    ...[BESIDE_IMPORT, BESIDE_EXPORT].map((name) => ({
      name: `POST /orders: ${name}`,
      of: name,
      against: ALONE,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 0.5 },
    })),
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url, PRODUCTS)
    const options = { databaseUrl: file.url, secret: SECRET }
    const app = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
    const { address } = app.hello
    const tally = createTally()
    const shots = orderShots(shop, shop.productIds.slice(0, 1_000))
    const authorization = `Bearer ${shop.admin}`
    let made = 0

    const importFile = async () => {
      const rows = Array.from({ length: LINES }, () => {
        const number = made++
        return `IMPORTED-${number},"Oak side table, number ${number}",49.90,25\r\n`
      })
      const answer = await fetch(`${address}/products/import`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'text/csv' },
        body: `sku,name,price,stock\r\n${rows.join('')}`,
      })
      const { created } = (await answer.json()) as { created: number }
      if (created !== LINES) throw new Error(`an import made ${created} products`)
      return LINES
    }
    const exportFile = async () => {
      const answer = await fetch(`${address}/products/export`, { headers: { authorization } })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`an export returned ${answer.status}`)
      return text.split('\r\n').length - 2
    }
    /** Handles files, one after the other, for a time. @returns lines a second */
    const handling = (handle: () => Promise<number>) => async (seconds: number) => {
      const begun = performance.now()
      let lines = 0
      do lines += await handle()
      while (performance.now() - begun < seconds * 1000)
      return { lines: lines / ((performance.now() - begun) / 1000) }
    }
    const placing = async (seconds: number): Promise<Sample> => ({
      ...(await tally.place(address, shots, { connections: CONNECTIONS, seconds })),
    })
    const beside = (handle: () => Promise<number>) => async (seconds: number) => {
      let running = true
      const handled = (async () => {
        while (running) await handle()
      })()
      const figures = await placing(seconds)
      running = false
      await handled
      return figures
    }
    return {
      contestants: {
        [ALONE]: placing,
        [IMPORT]: handling(importFile),
        [EXPORT]: handling(exportFile),
        [BESIDE_IMPORT]: beside(importFile),
        [BESIDE_EXPORT]: beside(exportFile),
      },
      async close() {
        await app.stop()
        const faults = await audit(file.url, tally.sum())
        await file.drop()
        return faults
      },
    }
  },
}
