import t from 'tap'
import { rowAfter } from '../../src/dashboard/parts/row-keys.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const ORDERS = 160

t.test('keys lead to rows, and never over an end', async (t) => {
  const to = (key: string, from: number) => rowAfter(key, from, 10, 25)
  t.same([to('ArrowDown', 1), to('j', 24), to('ArrowDown', 25)], [2, 25, undefined])
  t.same([to('ArrowUp', 2), to('k', 2), to('k', 1)], [1, 1, undefined])
  t.same([to('PageDown', 3), to('PageDown', 20), to('PageUp', 20), to('PageUp', 3)], [13, 25, 10, 1])
  t.same([to('Home', 9), to('End', 9), to('x', 9)], [1, 25, undefined])
})

t.test('the focus stays in a list that is scrolled', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000)
  for (let i = 0; i < ORDERS; i++) await shop.order(lamp)
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop)
  await page.locator('.rows .row a').first().focus()
  const row = async () =>
    Number(await page.evaluate(`document.activeElement.closest('[role=row]')?.ariaRowIndex`))

  await t.test('by End, Home and the keys of pages', async (t) => {
    await page.keyboard.press('End')
    await until(async () => (await row()) > 90)
    const last = await row()
    await page.keyboard.press('PageUp')
    await until(async () => (await row()) < last && (await row()) > 50)
    await page.keyboard.press('Home')
    await until(async () => (await row()) === 2)
    await page.keyboard.press('PageDown')
    await until(async () => (await row()) > 5)
    t.equal(await page.locator('.rows .row a:focus').count(), 1)
  })

  await t.test('by the wheel, after which Tab goes on where the person looks', async (t) => {
    await page.keyboard.press('Home')
    await until(async () => (await row()) === 2)
    await page.evaluate(`document.querySelector('.scroller').scrollTop = 3000`)
    await page.locator('.scroller:focus').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    t.ok((await row()) > 40, `${await row()}`)
  })
  t.same(faults, [])
  await context.close()
})
