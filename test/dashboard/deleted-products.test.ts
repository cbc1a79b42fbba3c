import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('a deleted product is found among the deleted ones, and restored', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const make = (name: string, sku: string) =>
    shop.call<{ id: string }>('POST', '/products', { name, sku, price: 24.5, stock: 40 })
  await make('Walnut desk lamp', 'LAMP-1')
  const { body: stool } = await make('Oak stool', 'STOOL-1')
  await make('Café mug', 'MUG-1')
  const { page, context, faults } = await openDashboard(browser, shop, '#/inventory')
  const rows = page.locator('.rows .row')
  const names = async () => (await page.locator('.rows .product a').allInnerTexts()).join()
  const restore = page.getByRole('button', { name: 'Restore Oak stool' })
  await until(async () => (await names()) === 'Café mug,Oak stool,Walnut desk lamp')

  await t.test('it has a place of its own after its deletion', async (t) => {
    await page.getByRole('link', { name: 'Oak stool', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Do it now' }).click()
    await until(async () => (await names()) === 'Café mug,Walnut desk lamp')
    await page.getByText('More', { exact: true }).click()
    await page.getByRole('link', { name: 'Deleted products' }).click()
    await restore.waitFor()
    t.match(await rows.allInnerTexts(), [/^Oak stool\s+STOOL-1\s+\d+:\d\d:\d\d/])
    t.same(await violations(page), [])
  })

  await t.test('its SKU may be taken by then', async (t) => {
    const { body: other } = await make('Pine stool', 'STOOL-1')
    await restore.click()
    await page
      .getByRole('alert')
      .getByText('“Oak stool” was not restored. Another product has this SKU.')
      .waitFor()
    t.equal(await rows.count(), 1)
    await shop.call('DELETE', `/products/${other.id}`)
    await page.getByRole('button', { name: 'Restore Pine stool' }).waitFor()
    t.match((await rows.allInnerTexts())[0], /^Pine stool/, 'the last is the first')
  })

  await t.test('it is back in its place of the list', async (t) => {
    await restore.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('“Oak stool” is on sale again.').waitFor()
    const restored = page.getByRole('button', { name: 'Restored: Oak stool' })
    await restored.waitFor()
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Restored', 'the focus stays')
    t.same(await violations(page), [])
    await page.getByRole('link', { name: 'Back to the products' }).focus()
    await restored.waitFor({ state: 'detached' })
    t.equal(await rows.count(), 1)
    t.match((await shop.call('GET', `/products/${stool.id}`)).body, { name: 'Oak stool', stock: 40 })
    await page.getByRole('link', { name: 'Back to the products' }).click()
    await until(async () => (await names()) === 'Café mug,Oak stool,Walnut desk lamp')
    await page.reload()
    await until(async () => (await names()) === 'Café mug,Oak stool,Walnut desk lamp')
  })

  await t.test('a double click restores one product', async (t) => {
    await shop.call('DELETE', `/products/${stool.id}`)
    await page.goto(`${shop.server.url}/admin#/inventory/deleted`)
    await restore.waitFor()
    t.equal(await rows.count(), 2)
    await restore.dblclick()
    const restored = page.getByRole('button', { name: 'Restored: Oak stool' })
    await restored.waitFor()
    await restored.click({ force: true })
    t.equal(await rows.count(), 2, 'the row stays under the pointer')
    await page.mouse.move(5, 5)
    await restored.waitFor({ state: 'detached' })
    t.match(await rows.allInnerTexts(), [/^Pine stool/])
  })

  await t.test('what somebody else restores leaves the deleted ones', async (t) => {
    await shop.call('DELETE', `/products/${stool.id}`)
    await page.goto(`${shop.server.url}/admin#/inventory/deleted`)
    await restore.waitFor()
    await shop.call('POST', `/products/${stool.id}/restore`)
    await restore.waitFor({ state: 'detached' })
    await until(async () => (await rows.count()) === 1)
    t.match(await rows.allInnerTexts(), [/^Pine stool/])
  })
  t.same(faults, [])
  await context.close()
})
