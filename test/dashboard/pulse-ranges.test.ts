import t from 'tap'
import { barsOf, rangeOf } from '../../src/dashboard/pulse/range.js'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

t.test(
  'ranges begin at the midnights of the calendar, and so does what they are compared with',
  async (t) => {
    const at = (...parts: [number, number, number, number?]) => new Date(...parts).toISOString()
    const now = new Date(2026, 2, 12, 14, 7) // a Thursday
    const day = rangeOf('day', now)
    t.match(day, { from: at(2026, 2, 12), before: at(2026, 2, 11) })
    t.equal(day.to, new Date(2026, 2, 12, 14, 15).toISOString())
    t.equal(day.bars.length, 15)
    const week = rangeOf('week', now)
    t.match(week, { from: at(2026, 2, 9), before: at(2026, 2, 2) })
    t.equal(week.bars.length, 4)
    t.match(rangeOf('week', now, 7), { from: at(2026, 2, 8) })
    const month = rangeOf('month', now)
    t.match(month, { from: at(2026, 2, 1), before: at(2026, 1, 1) })
    t.equal(month.bars.length, 12)
    const bars = barsOf(
      [
        { at: at(2026, 2, 9, 3), orders: 1, takings: 0.1 },
        { at: at(2026, 2, 9, 23), orders: 2, takings: 0.2 },
        { at: at(2026, 2, 12, 1), orders: 4, takings: 5 },
      ],
      week.bars,
    )
    t.same(
      bars.map(({ orders, takings }) => [orders, takings]),
      [
        [3, 0.3],
        [0, 0],
        [0, 0],
        [4, 5],
      ],
    )
  },
)

t.test('the pulse shows a day, a week and a month', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 40, 24.5)
  await shop.order(lamp, 3)
  await shop.order(await shop.makeProduct('Café mug', 40, 10))
  const { page, context, faults } = await openDashboard(browser, shop, '#/pulse')
  for (const [name, title] of [
    ['Today', 'Orders an hour'],
    ['This week', 'Orders a day'],
    ['This month', 'Orders a day'],
  ] as const)
    await t.test(name, async (t) => {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('heading', { name: title }).waitFor()
      const figures = page.locator('.figures')
      await until(async () => /Orders\s+2\s+0 (yesterday|last)/.test(await figures.innerText()))
      t.match(await figures.innerText(), /Takings\s+\$83\.50.*average\s+\$41\.75/s)
      // They are kept for a moment, so they may be older than the figures.
      const best = page.getByRole('region', { name: 'Best sellers' })
      const sold = /Walnut desk lamp\s+3 units, \$73\.50\s+Café mug\s+1 unit, \$10\.00/
      await until(async () => sold.test(await best.innerText()))
      await page.locator('.uplot').nth(1).waitFor()
      t.same(await violations(page), [])
    })
  await t.test('figures that could not be loaded are not shown as zero', async (t) => {
    const problem = { type: '/problems/internal-error', title: 'x', status: 500, instance: 'req-7' }
    await page.route('**/pulse?*', (route) => route.fulfill({ status: 500, json: problem }))
    await page.goto(`${shop.server.url}/admin#/pulse`)
    await page.reload()
    await page.getByText(/It was noted there as req-7/).waitFor()
    await shop.order(lamp)
    await page.locator('.toast').getByText('New order').waitFor()
    t.notMatch(await page.locator('.pulse').innerText(), /\d orders?/)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('3 orders in the last hour').waitFor()
    t.equal(await page.getByText(/req-7/).count(), 0)
  })
  t.same(faults, [])
  await context.close()
})
