import type { Page, Route } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

/** Holds the requests of `pattern` until `release` is called. */
async function hold(page: Page, pattern: string | RegExp) {
  const held: Route[] = []
  await page.route(pattern, (route) => void held.push(route))
  const release = async () => {
    await page.unroute(pattern)
    for (const route of held) await route.continue().catch(() => undefined) // it may have been given up
  }
  return { held, release }
}

t.test('the dashboard on a slow line', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  await shop.makeProduct('Oak stool 12')
  const ids = [await shop.order(lamp), await shop.order(lamp)]
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop)
  const panel = page.getByRole('dialog')

  await t.test('a button says that its work is under way', async (t) => {
    await page.goto(`${shop.server.url}/admin#/orders/${ids[0]}`)
    const confirm = panel.getByRole('button', { name: 'Confirm' })
    await confirm.waitFor()
    const { held, release } = await hold(page, `**/orders/${ids[0]}`)
    await confirm.click()
    const working = panel.getByRole('button', { name: 'Working…' })
    await working.waitFor()
    await until(async () => held.length === 1)
    t.equal(await working.getAttribute('aria-disabled'), 'true')
    await working.click({ force: true })
    t.equal(held.length, 1, 'a second click does nothing')
    await release()
    await panel.getByRole('button', { name: 'Mark as shipped' }).waitFor()
  })

  await t.test('an order is shown also where the stream begins while it loads', async (t) => {
    // Its first request is never answered: another must follow, and only that is answered.
    let requests = 0
    await page.route(`**/orders/${ids[1]}`, (route) => (requests++ === 0 ? undefined : route.continue()))
    await page.routeWebSocket('**/socket.io/**', async (line) => {
      await until(async () => requests > 0)
      line.connectToServer()
    })
    await page.goto('about:blank')
    await page.goto(`${shop.server.url}/admin#/orders/${ids[1]}`)
    await panel.getByRole('button', { name: 'Confirm' }).waitFor()
    t.equal(requests, 2)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  await t.test('what is typed for the search of a view is there once its code is', async (t) => {
    const { held, release } = await hold(page, '**/assets/inventory-view-*.js')
    await page.goto('about:blank')
    await page.goto(`${shop.server.url}/admin#/inventory`)
    await page.locator('main').getByText('Loading…').waitFor()
    await until(async () => held.length > 0)
    await page.keyboard.type('/stool 12')
    await release()
    const search = page.getByRole('searchbox')
    await search.and(page.locator(':focus')).waitFor()
    t.equal(await search.inputValue(), 'stool 12', 'a number is text after the key of the search')
    await page.locator('[role=table][aria-rowcount="2"]').waitFor()
    await page.keyboard.type('x')
    t.equal(await search.inputValue(), 'stool 12x')
  })
  t.same(faults, [])
  await context.close()
})
