/**
 * `npm run screenshots [-- FOLDER]`: captures the demo's dashboard, light and dark, on desktop and phone, as WebP in
 * `screenshots/`. Two of them are in docs/ for the README. Needs Chromium (at CHROMIUM, or /usr/bin/chromium).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { openShop } from './shop.js'
import { openDoors } from './shoppers.js'

const folder = process.argv[2] ?? 'screenshots'
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]
const QUALITY = 80
const SHOPPING_MS = 10_000

const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

/** A route of the page, an action to perform there, and a selector for when it is ready. */
const scenes: Record<string, { place: string; act?: (page: Page) => Promise<unknown>; ready: string }> = {
  orders: { place: '#/orders', ready: '.rows .row' },
  order: {
    place: '#/orders',
    // By keyboard: rows move while orders come in.
    act: (page) => page.locator('.rows .row', { hasNotText: 'cancelled' }).nth(4).locator('a').press('Enter'),
    ready: 'dialog .progress',
  },
  inventory: { place: '#/inventory', ready: '.rows .row' },
  adjust: {
    place: '#/inventory',
    act: (page) => page.locator('.rows .actions a').first().click(),
    ready: 'dialog .subject',
  },
  pulse: { place: '#/pulse', ready: '.uplot' },
}

mkdirSync(folder, { recursive: true })
const leave = new AbortController()
const shop = await openShop(0)
const shopping = openDoors(shop.address, shop.admin, leave.signal)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ARGS,
})
try {
  const page = await browser.newPage({ viewport: sizes.desk, reducedMotion: 'reduce' })
  const devtools = await page.context().newCDPSession(page)
  await page.goto(shop.link)
  await page.waitForTimeout(SHOPPING_MS) // until there is some activity to show
  for (const [device, size] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      for (const [name, { place, act, ready }] of Object.entries(scenes)) {
        await page.goto(`${shop.address}/admin${place}`)
        await act?.(page)
        await page.locator(ready).first().waitFor()
        await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'detached' })
        const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
        writeFileSync(join(folder, `${name}-${device}-${colorScheme}.webp`), data, 'base64')
      }
    }
  console.log(`The screenshots are in ${folder}`)
} finally {
  await browser.close()
  leave.abort()
  await shopping
  await shop.close()
}
