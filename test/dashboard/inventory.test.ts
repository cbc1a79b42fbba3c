import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

t.test('the inventory', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 40, 24.5)
  const mug = await shop.makeProduct('Café mug', 12, 9)
  const { page, faults } = await openDashboard(browser, shop, '#/inventory')
  const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name })
  const dialog = page.getByRole('dialog')
  const product = async (id: string) =>
    (await shop.call<Record<string, unknown>>('GET', `/products/${id}`)).body

  await t.test('stock is updated live, and marked when it is low', async (t) => {
    // By its cell: the row also contains a time, which may include any number.
    await rowOf('Café mug').locator('.level', { hasText: /^12/ }).waitFor()
    await shop.order(mug, 4)
    await rowOf('Café mug').locator('.level.low', { hasText: /^8/ }).waitFor()
    await shop.order(mug, 8)
    await rowOf('Café mug').getByText('Sold out').waitFor()
    t.equal(await rowOf('Walnut desk lamp').locator('.level').innerText(), '40')
  })

  await t.test('a product is added, found and sorted', async (t) => {
    await page.getByRole('link', { name: 'Add product' }).click()
    await dialog.getByLabel('Name').fill('Oak stool')
    await dialog.getByLabel('Price').fill('eighty')
    await dialog.getByRole('button', { name: 'Add product' }).click()
    await dialog.getByText('An amount like 24.50.').waitFor()
    t.equal(await dialog.getByLabel('Name').inputValue(), 'Oak stool')
    await dialog.getByLabel('Price').fill('80')
    await dialog.getByLabel('Stock').fill('7')
    await dialog.getByRole('button', { name: 'Add product' }).click()
    await dialog.waitFor({ state: 'detached' })
    await rowOf('Oak stool').getByText('$80.00').waitFor()

    await page.getByLabel('Sort by').selectOption('price')
    const names = page.locator('.rows .product')
    await names.first().getByText('Café mug').waitFor()
    t.same(await names.allInnerTexts(), ['Café mug', 'Walnut desk lamp', 'Oak stool'])
    await page.getByLabel('Search products').fill('desk wal')
    await rowOf('Oak stool').waitFor({ state: 'detached' })
    t.same(await names.allInnerTexts(), ['Walnut desk lamp'])
    await page.getByLabel('Search products').fill('nothing of the kind')
    await page.getByText('Nothing is called').waitFor()
    await page.getByLabel('Search products').fill('')
    await page.getByLabel('Stock', { exact: true }).selectOption('false')
    await rowOf('Café mug').waitFor()
    await page.getByLabel('Stock', { exact: true }).selectOption('')
    await rowOf('Oak stool').waitFor()
  })

  await t.test('stock is adjusted with a reason, and never below zero', async (t) => {
    await page.getByRole('link', { name: 'Adjust the stock of Walnut desk lamp' }).click()
    await dialog.getByLabel('Units in or out').fill('-100')
    await dialog.getByLabel('Reason').fill('Broken in the warehouse')
    await dialog.getByRole('button', { name: 'Adjust stock' }).click()
    await dialog.getByText('Only 40 are left: the stock can’t go below zero.').waitFor()
    await dialog.getByLabel('Units in or out').fill('-3')
    await dialog.getByText('40 in stock → 37').waitFor()
    await dialog.getByRole('button', { name: 'Adjust stock' }).click()
    await dialog.waitFor({ state: 'detached' })
    await rowOf('Walnut desk lamp').locator('.level', { hasText: /^37/ }).waitFor()
    t.match(await product(lamp), { stock: 37 })
  })

  await t.test(
    'an edit of a stale product is refused with an explanation, and can be repeated',
    async (t) => {
      await rowOf('Walnut desk lamp').getByRole('link', { name: 'Walnut desk lamp', exact: true }).click()
      await until(async () => (await dialog.getByLabel('Price').inputValue()) === '24.50')
      await dialog.getByLabel('Price').fill('26')
      await shop.call('PATCH', `/products/${lamp}`, { price: 23 })
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByText('It is now called “Walnut desk lamp” and costs $23.00.').waitFor()
      t.match(await product(lamp), { price: 23 }, 'nothing was overwritten')
      t.equal(await dialog.getByLabel('Price').inputValue(), '26')
      await dialog.getByRole('button', { name: 'Save mine over it' }).click()
      await dialog.waitFor({ state: 'detached' })
      t.match(await product(lamp), { price: 26 })
      await rowOf('Walnut desk lamp').getByText('$26.00').waitFor()
    },
  )

  await t.test('an order placed during an edit does not count as a conflicting edit', async (t) => {
    await rowOf('Walnut desk lamp').getByRole('link', { name: 'Walnut desk lamp', exact: true }).click()
    await until(async () => (await dialog.getByLabel('Price').inputValue()) === '26.00')
    await shop.order(lamp)
    await dialog.getByLabel('Name').fill('Walnut lamp')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    t.match(await product(lamp), { name: 'Walnut lamp', price: 26, stock: 36 })
  })

  await t.test('an edit of the name keeps the price that somebody else has set meanwhile', async (t) => {
    await rowOf('Walnut lamp').getByRole('link', { name: 'Walnut lamp', exact: true }).click()
    await until(async () => (await dialog.getByLabel('Price').inputValue()) === '26.00')
    await dialog.getByLabel('Name').fill('Oak lamp')
    await shop.call('PATCH', `/products/${lamp}`, { price: 31 })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    t.match(await product(lamp), { name: 'Oak lamp', price: 31, stock: 36 })
  })

  await t.test('a product that another admin deletes disappears', async (t) => {
    await shop.call('DELETE', `/products/${mug}`)
    await rowOf('Café mug').waitFor({ state: 'detached' })
    await page.goto(`${shop.server.url}/admin#/inventory/${mug}`)
    await dialog.getByText('This product was deleted meanwhile.').waitFor()
    t.pass()
  })
  t.same(faults, [])
})
