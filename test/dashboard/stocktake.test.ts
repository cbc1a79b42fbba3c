import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('stock is taken product after product, by keys alone', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const add = async (name: string, sku: string | null, stock: number) =>
    (await shop.call<{ id: string }>('POST', '/products', { name, sku, price: 5, stock })).body.id
  const stockOf = async (id: string) =>
    (await shop.call<{ stock: number }>('GET', `/products/${id}`)).body.stock
  const lamp = await add('Walnut desk lamp', 'LAMP-1', 40)
  const mug = await add('Café mug', 'MUG-1', 12)
  const stool = await add('Oak stool', null, 7)
  const pine = await add('Pine stool', 'STOOL-2', 3)
  const { page, context, faults } = await openDashboard(browser, shop, '#/inventory')
  const line = (name: string) => page.locator('.counts > li').filter({ hasText: name })
  const focused = () => page.evaluate<string | null>(`document.activeElement.getAttribute('aria-label')`)
  const type = async (text: string) => {
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }

  await t.test('by SKU, and by the words of a name where there is none', async (t) => {
    await page.getByText('More', { exact: true }).click()
    await page.getByRole('link', { name: 'Take stock' }).click()
    await page.getByRole('heading', { name: 'Stocktake' }).waitFor()
    t.same(await violations(page), [])
    await page.getByLabel('SKU, or words of the name').focus()
    await type('NOTHING-9')
    await page.getByText('No product has this SKU or name.').waitFor()
    await type('LAMP-1')
    await line('Walnut desk lamp').waitFor()
    await until(async () => (await focused()) === 'Counted of Walnut desk lamp')
    await type('38')
    await line('Walnut desk lamp').getByText('-2').waitFor()
    await type('MUG-1')
    await until(async () => (await focused()) === 'Counted of Café mug')
    await type('12')
    await line('Café mug').getByText('As in the books').waitFor()
    await type('stool')
    await page.getByRole('button', { name: 'Oak stool' }).click()
    await until(async () => (await focused()) === 'Counted of Oak stool')
    await type('9')
    await type('STOOL-2')
    await until(async () => (await focused()) === 'Counted of Pine stool')
    await type('x')
    await line('Pine stool').getByText('A whole number').waitFor()
    await page.keyboard.press('Control+A')
    await type('3')
    await type('LAMP-1')
    await until(async () => (await focused()) === 'Counted of Walnut desk lamp')
    t.equal(await page.locator('.counts > li').count(), 4, 'a product is counted in one line')
    t.same(await violations(page), [])
    t.equal(await stockOf(lamp), 40, 'nothing is saved yet')
  })

  await t.test('over a reload', async (t) => {
    await page.reload()
    await page.locator('.badge.live').waitFor()
    t.equal(await page.getByLabel('Counted of Oak stool').inputValue(), '9')
  })

  await t.test('with one save, in which sold products wait for a word', async (t) => {
    await shop.order(lamp, 3)
    await page.getByRole('button', { name: 'Save 4 counts' }).click()
    await page.getByText('3 counts saved, 1 stock corrected. 1 line needs you: see below.').waitFor()
    t.same([await stockOf(mug), await stockOf(stool), await stockOf(pine)], [12, 9, 3])
    t.equal(await stockOf(lamp), 37, 'the sale since the count is not lost')
    const lost = line('Walnut desk lamp')
    await lost.getByText('has changed from 40 to 37').waitFor()
    t.same(await violations(page), [])
    await lost.getByRole('button', { name: 'Counted before that: 35' }).click()
    await page.getByRole('button', { name: 'Save 1 count' }).click()
    await page.getByText('1 count saved, 1 stock corrected.').waitFor()
    t.equal(await stockOf(lamp), 35)
    t.equal(await page.locator('.counts > li').count(), 0)
    const { items } = (await shop.call<{ items: object[] }>('GET', `/products/${lamp}/ledger`)).body
    t.match(items[0], { delta: -2, reason: 'Stocktake', stock: 35 })
  })

  await t.test('and nothing of it is left after a sign-out', async () => {
    await type('LAMP-1')
    await line('Walnut desk lamp').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await until(async () => (await page.evaluate('localStorage.length')) === 0)
  })
  t.same(faults, [])
  await context.close()
})
