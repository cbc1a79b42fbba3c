import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

t.test('many orders are changed at once', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 24.5)
  const ids: string[] = []
  for (let i = 0; i < 30; i++) ids.push(await shop.order(lamp))
  const newestFirst = ids.toReversed()
  const { page, faults } = await openDashboard(browser, shop, '#/orders?status=pending')
  const rows = page.locator('.rows .row')
  const bar = page.getByRole('region', { name: 'Selected orders' })
  const held = page.getByRole('region', { name: 'Held change' })
  const check = (i: number) => page.getByRole('checkbox', { name: `Select ${shortId(newestFirst[i] ?? '')}` })
  const count = async (status: string) => {
    const path = `/orders?scope=all&limit=100&status=${status}`
    return (await shop.call<{ items: object[] }>('GET', path)).body.items.length
  }
  await rows.first().waitFor()

  await t.test('by click, Shift and keys', async (t) => {
    await check(1).click()
    await check(4).click({ modifiers: ['Shift'] })
    await bar.getByText('4 orders').waitFor()
    await bar.getByText('$98.00').waitFor()
    await check(2).click()
    await bar.getByText('3 orders').waitFor()
    await page.keyboard.press('Escape')
    await bar.waitFor({ state: 'detached' })
    await page.keyboard.press('k')
    await page.keyboard.press('x')
    for (const key of ['j', 'j', 'k', 'j', 'Shift+X']) await page.keyboard.press(key)
    await bar.getByText('3 orders').waitFor()
    t.equal(await check(1).isChecked(), true)
    t.equal(await check(0).isChecked(), false)
    t.same(await violations(page), [])
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: `Order ${shortId(newestFirst[3] ?? '')}` }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('select all loaded orders').waitFor()
    await page.keyboard.press('Escape')
  })

  await t.test('thirty in two keys, and not before the time to undo it is over', async (t) => {
    await page.keyboard.press('a')
    await page.keyboard.press('c')
    await held.getByText('30 orders will be confirmed').waitFor()
    await held.getByRole('button', { name: 'Undo' }).click()
    await held.waitFor({ state: 'detached' })
    t.equal(await count('pending'), 30, 'nothing was sent')
    await shop.call('POST', `/orders/${newestFirst[2]}/cancel`)
    await page.locator('.rows .mark.cancelled').waitFor()
    await page.keyboard.press('a')
    await page.keyboard.press('c')
    await held.getByText('29 orders will be confirmed').waitFor()
    const began = performance.now()
    // Taken away meanwhile: the outcome says so.
    await shop.call('POST', `/orders/${newestFirst[5]}/cancel`)
    await page.getByText('28 orders confirmed.').waitFor()
    t.ok(performance.now() - began > 8_000, 'it was held back for ten seconds')
    await page
      .locator('.outcomes')
      .getByText(`${shortId(newestFirst[5] ?? '')}: `)
      .waitFor()
    t.equal(await count('confirmed'), 28)
    await page.getByRole('button', { name: 'Dismiss' }).last().click()
  })

  await t.test('a held change is sent when the page is left', async (t) => {
    await page.goto(`${shop.server.url}/admin#/orders?status=confirmed`)
    await check(0).click()
    await bar.getByRole('button', { name: 'Mark as shipped 1' }).click()
    await held.waitFor()
    await page.goto('about:blank')
    await until(async () => (await count('shipped')) === 1)
    t.pass()
  })
  t.same(faults, [])
})
