import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Hand } from './hands.js'
import type { Day } from './shop.js'

/** Midday: what is in stock, and why. */
export async function workThroughStock(t: Test, page: Page, hand: Hand, day: Day): Promise<void> {
  const { shop, SKUS, STOCK } = day
  const panel = page.getByRole('dialog')
  const openMenu = async (item: string) => {
    await hand.activate(page.getByText('More', { exact: true }))
    await hand.activate(page.getByRole('link', { name: item }))
  }

  await t.test('why is the stock of this 12?', async (t) => {
    await day.useHooks()
    await hand.go('Inventory', 2)
    const stock = page.getByRole('link', { name: '12 in stock: its changes' })
    await hand.find('brass', page.locator('[role=table][aria-rowcount="2"]'))
    await hand.activate(stock)
    const lines = panel.locator('.ledger tbody tr')
    await lines.nth(2).waitFor()
    const changes = (await lines.locator('td:first-child').allInnerTexts()).map(Number)
    t.same(changes, [-3, -5, 20])
    t.match(await lines.first().innerText(), /12\s+Adjusted by Admin\s*Broken/)
    await hand.close()
    await panel.waitFor({ state: 'detached' })
  })

  await t.test('ten products are counted by their SKUs', async (t) => {
    await openMenu('Take stock')
    const sku = page.getByLabel('SKU, or words of the name')
    for (const [i, code] of SKUS.entries()) {
      await hand.fill(sku, code)
      await hand.submit(page.getByRole('button', { name: 'Count it' }))
      const field = page.getByLabel(`Counted of Shelf ${code}`)
      await field.and(page.locator(':focus')).waitFor()
      await hand.fill(field, String(STOCK - i))
      await hand.submit(sku)
    }
    await hand.activate(page.getByRole('button', { name: 'Save 10 counts' }))
    await page.getByText('10 counts saved, 9 stocks corrected.').waitFor()
    for (const [i, code] of SKUS.entries()) {
      const { items } = (await shop.call<{ items: object[] }>('GET', `/products?sku=${code}`)).body
      t.match(items, [{ stock: STOCK - i }])
    }
  })

  await t.test('fifty products are imported', async (t) => {
    const lines = Array.from({ length: 50 }, (_, i) => `NEW-${i},New lamp ${i},3,5`)
    const buffer = Buffer.from(['sku,name,price,stock', ...lines].join('\n'))
    await hand.activate(page.getByRole('link', { name: 'Back to the products' }))
    await openMenu('Import products…')
    const file = panel.getByLabel('File (CSV or NDJSON)')
    await hand.giveFile(file, { name: 'autumn.csv', mimeType: 'text/csv', buffer })
    await hand.activate(panel.getByRole('button', { name: 'Import 50 products' }))
    await panel.getByText('Imported: 50 new, 0 changed, 0 as they were.').waitFor()
    await hand.activate(panel.getByRole('button', { name: 'Done' }))
    await panel.waitFor({ state: 'detached' })
    const { items } = (await shop.call<{ items: object[] }>('GET', '/products?q=new+lamp&limit=100')).body
    t.equal(items.length, 50)
  })
}
