import t from 'tap'
import { launch, noBrowser, openPage, openShop, submitSignIn, until } from '../helpers/browser.js'

const HOUR_MS = 60 * 60_000

/** Puts the clock of a page's computer wrong by `ms`. */
const wrongBy = (ms: number) => `(() => {
  const Right = Date
  globalThis.Date = class extends Right {
    constructor(...parts) {
      if (parts.length > 0) super(...parts)
      else super(Right.now() + ${ms})
    }
    static now() {
      return Right.now() + ${ms}
    }
  }
})()`

t.test('figures and times are right on a computer whose clock is wrong', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { CURRENCY: 'EUR' })
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 24.5)
  await shop.order(lamp)
  const browser = await launch(t)
  for (const hours of [-50, -2, 2, 50])
    await t.test(`by ${hours} hours`, async (t) => {
      const context = await browser.newContext({ timezoneId: 'UTC' })
      await context.addInitScript(wrongBy(hours * HOUR_MS))
      const { page, faults } = await openPage(context)
      const refused: string[] = []
      page.on('response', (response) => {
        if (response.status() === 400) refused.push(response.url())
      })
      await page.goto(`${shop.server.url}/admin#/pulse`)
      await submitSignIn(page)
      await page.getByText('1 order in the last hour').waitFor()
      const figures = page.locator('.figures')
      t.match(await figures.innerText(), /Orders today\s+1\s+Takings today\s+€24\.50/)
      await page.getByRole('button', { name: 'Today', exact: true }).click()
      await until(async () => /Orders\s+1\s/.test(await figures.innerText()))
      await page.goto(`${shop.server.url}/admin#/orders?date=today`)
      const time = page.locator('.rows .row .time')
      await time.waitFor()
      t.match(await time.innerText(), /^\d+:\d\d:\d\d/, 'a time of today has no date')
      t.same(refused, [])
      t.same(faults, [])
      await context.close()
    })
})
