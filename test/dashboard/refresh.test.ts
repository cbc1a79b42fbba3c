import type { Page } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

/** Answers refreshes with an error. @returns a function to stop */
async function failRefreshes(page: Page, status: number, code = 'internal-error') {
  const body = JSON.stringify({ type: `/problems/${code}`, title: 'x', status, instance: 'req-7' })
  let failed = 0
  await page.route('**/auth/refresh', (route) => {
    failed++
    return route.fulfill({ status, contentType: 'application/problem+json', body })
  })
  return { mend: () => page.unroute('**/auth/refresh'), count: () => failed }
}

t.test('a server that cannot refresh sessions for a while', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  const { page, context, faults } = await openDashboard(browser, shop)

  await t.test('the stream says so and goes on afterwards, with nothing missed', async (t) => {
    const { mend, count } = await failRefreshes(page, 500)
    // The access token alone ends: the session can be refreshed.
    await context.clearCookies({ name: 'access_token' })
    let refusing = true
    await page.routeWebSocket('**/socket.io/**', (line) => {
      if (!refusing) return void line.connectToServer()
      line.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')
      line.onMessage(() => line.send('44/admin,{"message":"unauthorized","data":{"code":"unauthorized"}}'))
    })
    await shop.restart()
    await page.getByText(/No live changes: Something went wrong on the server.*as req-7. Trying/).waitFor()
    await until(async () => count() >= 3)
    const id = await shop.order(lamp)
    refusing = false
    await mend()
    await page
      .getByRole('row')
      .filter({ hasText: shortId(id) })
      .waitFor()
    await page.locator('.badge.live').waitFor()
    await page.getByText('No live changes').waitFor({ state: 'detached' })
    t.equal(await page.getByRole('dialog').count(), 0, 'nobody had to sign in')
  })

  await t.test('a reload waits for the session instead of asking to sign in', async (t) => {
    const { mend } = await failRefreshes(page, 500)
    await page.reload()
    await page.getByText(/It was noted there as req-7. Trying again…/).waitFor()
    t.equal(await page.getByRole('heading', { name: 'Sign in' }).count(), 0)
    await mend()
    await page.locator('.badge.live').waitFor()
  })

  await t.test('a proxy that changes the Host header is named', async (t) => {
    const { mend } = await failRefreshes(page, 403, 'cross-site-request')
    await page.reload()
    await page.getByText(/it must pass on the Host header. Trying again…/).waitFor()
    await mend()
    await page.locator('.badge.live').waitFor()
    t.pass()
  })
  t.same(faults, [])
})
