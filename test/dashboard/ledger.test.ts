import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

t.test("a product's stock is accounted for", { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 40, 24.5)
  const id = await shop.order(lamp, 3)
  await shop.call('POST', `/products/${lamp}/stock-adjustments`, { delta: -2, reason: 'Broken' })
  const { page, faults } = await openDashboard(browser, shop, '#/inventory')
  const panel = page.getByRole('dialog')

  await t.test('by every change with its author, reason and balance', async (t) => {
    await page.getByRole('link', { name: '35 in stock: its changes' }).click()
    const lines = panel.locator('tbody tr')
    await lines.nth(2).waitFor()
    t.match(await lines.nth(0).innerText(), /-2\s+35\s+Adjusted by Admin\s*Broken/)
    t.match(await lines.nth(1).innerText(), /-3\s+37\s+Order \S+ by Admin/)
    t.match(await lines.nth(2).innerText(), /\+40\s+40\s+Product added by Admin/)
    const chart = panel.getByRole('figure')
    t.match(await chart.innerText(), /^Between 35 and 40 since /)
    // From the highest of the three stocks, as in an account: a step down for each change.
    const drawn = (await chart.locator('.line').getAttribute('d')) ?? ''
    t.same(drawn.match(/[MHV]/g)?.join(''), 'MHVHV')
    t.match(drawn, /^M0\.0,0\.0H[\d.]+V4\.2H300\.0V7\.0$/)
    await shop.order(lamp)
    await panel.getByRole('button', { name: 'Show new changes' }).click()
    await lines.nth(3).waitFor()
    await shop.call('DELETE', `/products/${lamp}`)
    await page.goto(`${shop.server.url}/admin#/orders/${id}`)
    await panel.getByRole('link', { name: 'Walnut desk lamp' }).click()
    await panel.getByText('This product was deleted. Its books stay.').waitFor()
    await lines.nth(3).waitFor()
  })

  await t.test('a product has a threshold of its own', async (t) => {
    await shop.makeProduct('Café mug', 12, 9)
    await page.goto(`${shop.server.url}/admin#/inventory`)
    await page.getByRole('link', { name: 'Café mug', exact: true }).click()
    await until(async () => (await panel.getByLabel('Price').inputValue()) === '9.00')
    await panel.getByLabel('Low from (units)').fill('15')
    await panel.getByLabel('Price').fill('$9,50')
    await panel.getByText('= $9.50').waitFor()
    await panel.getByRole('button', { name: 'Save' }).click()
    await panel.waitFor({ state: 'detached' })
    await page.locator('.level.low', { hasText: '12' }).waitFor()
    t.match((await shop.call<{ items: object[] }>('GET', '/products')).body.items, [
      { price: 9.5, lowStockThreshold: 15 },
    ])
  })

  await t.test('those running low are listed, the least stock first', async (t) => {
    await shop.makeProduct('Oak stool', 2)
    await shop.makeProduct('Pine stool', 90)
    await page.getByLabel('Stock', { exact: true }).selectOption('Running low')
    const list = page.getByRole('table', { name: 'Products running low' })
    await list.getByText('Oak stool').waitFor()
    t.same(await list.locator('.rows .product').allInnerTexts(), ['Oak stool', 'Café mug'])
    const mug = list.getByRole('row').filter({ hasText: 'Café mug' })
    await mug.getByRole('link', { name: 'Adjust the stock of Café mug' }).click()
    await panel.getByLabel('Units in or out').fill('+1,000')
    await panel.getByText('in stock → 1,012').waitFor()
    await panel.getByRole('button', { name: 'Adjust stock' }).click()
    await mug.waitFor({ state: 'detached' })
    t.match(await list.innerText(), 'Oak stool')
  })

  await t.test('the pulse leads to those that it has no room for', async (t) => {
    for (let i = 0; i < 20; i++) await shop.makeProduct(`Hook ${i}`, 1)
    await page.goto(`${shop.server.url}/admin#/pulse`)
    await page.reload()
    const low = page.locator('.low-stock')
    const rest = low.getByRole('link', { name: /^And \d+ more products?$/ })
    await rest.waitFor()
    t.equal(await rest.innerText(), `And ${21 - (await low.locator('li').count())} more products`)
    await rest.click()
    const list = page.getByRole('table', { name: 'Products running low' })
    await list.getByText('Hook 0', { exact: true }).hover()
    await page.mouse.wheel(0, 10_000) // only rows in sight are rendered
    await list.getByText('Hook 19').waitFor()
    t.equal(await list.getAttribute('aria-rowcount'), '22')
  })
  t.same(faults, [])
})
