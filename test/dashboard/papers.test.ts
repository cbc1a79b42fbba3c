import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

t.test('packing slips and picking lists are printed', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { ...noRateLimits, SHOP_NAME: 'Lamps & Co' })
  const browser = await launch(t)
  const add = async (name: string, sku: string) =>
    (await shop.call<{ id: string }>('POST', '/products', { name, sku, price: 5, stock: 90 })).body.id
  const [lamp, mug] = [await add('Walnut desk lamp', 'LAMP-1'), await add('Café mug', 'MUG-1')]
  const checkout = await shop.call<{ orders: { id: string }[] }>('POST', '/checkouts', {
    items: [
      { productId: lamp, quantity: 2 },
      { productId: mug, quantity: 3 },
    ],
    note: 'A present',
  })
  const [first = ''] = checkout.body.orders.map(({ id }) => id)
  const single = await shop.order(lamp, 5)
  await shop.call('POST', `/orders/${await shop.order(mug, 7)}/cancel`)
  const { page, context, faults } = await openDashboard(browser, shop)
  await page.evaluate('window.print = () => window.printed++; window.printed = 0')
  const papers = page.locator('.paper')
  /** Waits for the print and returns what is visible on paper. */
  const printed = async (n: number) => {
    await until(async () => (await page.evaluate('window.printed')) === n)
    await page.emulateMedia({ media: 'print' })
    const texts = await papers.allInnerTexts()
    const isPageSeen = await page.locator('aside.side').isVisible()
    await page.emulateMedia({ media: 'screen' })
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`)
    await papers.first().waitFor({ state: 'detached' })
    return { texts, isPageSeen }
  }

  await t.test('a slip has all that goes into the parcel, and no prices', async (t) => {
    await page.goto(`${shop.server.url}/admin#/orders/${first}`)
    await page.getByRole('button', { name: 'Print the packing slip' }).click()
    const { texts, isPageSeen } = await printed(1)
    t.equal(isPageSeen, false)
    t.equal(texts.length, 1)
    const [text = ''] = texts
    for (const part of ['Lamps & Co', 'Packing slip', 'Admin', 'boss@shop.test', 'A present', shortId(first)])
      t.ok(text.includes(part), part)
    t.match(text, /2\s+Walnut desk lamp\s+LAMP-1/)
    t.match(text, /3\s+Café mug\s+MUG-1/)
    t.notMatch(text, /\$/)
    await page.keyboard.press('Escape')
  })

  await t.test('a selection has a slip for each parcel, and one picking list', async (t) => {
    await page.locator('.rows .row').nth(3).waitFor()
    await page.keyboard.press('a')
    const bar = page.getByRole('region', { name: 'Selected orders' })
    await bar.getByText('Print', { exact: true }).click()
    await bar.getByRole('button', { name: 'Packing slips' }).click()
    t.equal((await printed(2)).texts.length, 2, 'none for the cancelled order')
    await bar.getByText('Print', { exact: true }).click()
    await bar.getByRole('button', { name: 'Picking list' }).click()
    const [text = ''] = (await printed(3)).texts
    t.match(text, /Picking list\s+3 orders/)
    t.match(text, /7\s+Walnut desk lamp\s+LAMP-1/)
    t.match(text, new RegExp(`${shortId(single)} × 5`))
    t.match(text, /3\s+Café mug\s+MUG-1/)
    t.ok(text.indexOf('LAMP-1') < text.indexOf('MUG-1'), 'by SKU')
  })
  t.same(faults, [])
  await context.close()
})
