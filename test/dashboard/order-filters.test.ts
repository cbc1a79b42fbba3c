import t from 'tap'
import type { OrderView } from '../../src/contract/order.js'
import { filterOf, matcherOf, parametersOf } from '../../src/dashboard/orders/filter.js'
import { rangeOf } from '../../src/dashboard/orders/filtering/dates.js'
import { dayOf, startOf } from '../../src/dashboard/parts/days.js'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('days begin at midnight of the person, also where the clock changes', async (t) => {
  const day = '2026-03-29'
  t.equal(dayOf(new Date(startOf(day))), day)
  t.equal(dayOf(new Date(Date.parse(startOf(day, 1)) - 1)), day)
  for (let i = -400; i < 400; i++) {
    const start = new Date(startOf(day, i))
    t.same([start.getHours(), start.getMinutes()], [0, 0])
  }
  const now = new Date(2026, 2, 31, 15)
  t.same(rangeOf('today', now), { from: startOf('2026-03-31') })
  t.same(rangeOf('yesterday', now), { from: startOf('2026-03-30'), to: startOf('2026-03-31') })
  t.same(rangeOf('7d', now), { from: startOf('2026-03-25') })
  t.same(rangeOf('month', now), { from: startOf('2026-03-01') })
  t.same(rangeOf('last-month', now), { from: startOf('2026-02-01'), to: startOf('2026-03-01') })
})

t.test('an event belongs to a list by its time and its total too', async (t) => {
  const order = { status: 'pending', totalPrice: 20, createdAt: new Date(2026, 2, 31, 15).toISOString() }
  const matches = (query: string) => matcherOf(filterOf(new URLSearchParams(query)))(order as OrderView)
  t.equal(matches('from=2026-03-31&to=2026-03-31'), true)
  t.equal(matches('from=2026-04-01'), false)
  t.equal(matches('to=2026-03-30'), false)
  t.equal(matches('minTotal=20&maxTotal=20'), true)
  t.equal(matches('minTotal=20.01'), false)
  t.equal(matches('maxTotal=19.99'), false)
  t.equal(matches('minTotal=x&from=y&date=z'), true, 'what is no filter filters nothing')
  t.equal(parametersOf(filterOf(new URLSearchParams('minTotal=5&date=nonsense'))).toString(), 'minTotal=5')
})

t.test('orders are filtered by time, total, customer and product', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 100, 24.5)
  const mug = await shop.makeProduct('Café mug', 100, 9)
  await shop.order(lamp, 4)
  await shop.order(mug)
  const { page, context, faults } = await openDashboard(browser, shop)
  const dialog = page.getByRole('dialog')
  const names = () => page.locator('.rows .product').allInnerTexts()
  const chip = (name: string) => page.locator('.chip', { hasText: name })

  await t.test('with chips that the address keeps', async (t) => {
    await page.getByRole('button', { name: 'Filter…' }).click()
    await dialog.getByLabel('Placed').selectOption('Today')
    await dialog.getByLabel('Total from').fill('a lot')
    await dialog.getByRole('button', { name: 'Show these orders' }).click()
    await dialog.getByText('Total from must be an amount like 24.50.').waitFor()
    t.same(await violations(page), [])
    await dialog.getByLabel('Total from').fill('$50')
    await dialog.getByRole('button', { name: 'Show these orders' }).click()
    await until(async () => (await names()).join() === 'Walnut desk lamp')
    await chip('$50.00 or more').waitFor()
    t.match(page.url(), /date=today&minTotal=50/)
    t.same(await violations(page), [])
    await shop.order(mug)
    await shop.order(lamp, 10)
    await until(async () => (await names()).join() === 'Walnut desk lamp,Walnut desk lamp')
    await page.reload()
    await chip('Today').waitFor()
    await chip('$50.00 or more').click()
    await until(async () => (await names()).length === 4)
    await chip('Today').click()
    t.equal(await page.locator('.chip').count(), 0)
  })

  await t.test('between two days', async () => {
    await page.getByRole('button', { name: 'Filter…' }).click()
    await dialog.getByLabel('Placed').selectOption('Between two days…')
    await dialog.getByLabel('To', { exact: true }).fill('2020-02-29')
    await dialog.getByRole('button', { name: 'Show these orders' }).click()
    await page.getByText('No such orders').waitFor()
    await chip('Until Feb 29, 2020').click()
    await until(async () => (await names()).length === 4)
  })

  await t.test('by names', async () => {
    await page.goto(`${shop.server.url}/admin#/orders?productId=${mug}`)
    await chip('Café mug').waitFor()
    await until(async () => (await names()).length === 2)
  })

  await t.test('and named views bring them back', async (t) => {
    await page.getByText('Views', { exact: true }).click()
    await page.getByRole('button', { name: 'Save this view…' }).click()
    await dialog.getByLabel('Name').fill('Mugs to pack')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.goto(`${shop.server.url}/admin#/orders`)
    await page.reload()
    await until(async () => (await names()).length === 4)
    await page.getByText('Views', { exact: true }).click()
    t.same(await violations(page), [])
    await page.getByRole('link', { name: 'Mugs to pack' }).click()
    await until(async () => (await names()).length === 2)
    await page.getByText('Views', { exact: true }).click()
    await page.getByRole('button', { name: 'Delete views…' }).click()
    await dialog.getByRole('button', { name: 'Delete the view Mugs to pack' }).click()
    await dialog.getByText('There are none.').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
  })
  t.same(faults, [])
  await context.close()
})
