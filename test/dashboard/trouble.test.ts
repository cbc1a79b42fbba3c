import type { Page, Route } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

/** Intercepts changes at `path` with this response. @returns a function to stop intercepting */
async function refuse(page: Page, path: string, status: number, code: string, retryAfter?: number) {
  const headers: Record<string, string> = retryAfter ? { 'retry-after': String(retryAfter) } : {}
  const problem = { type: `/problems/${code}`, title: code, status, detail: 'In words.', instance: 'x' }
  const answer = { status, headers, contentType: 'application/problem+json', body: JSON.stringify(problem) }
  const handler = (route: Route) =>
    route.request().method() === 'GET' ? route.continue() : route.fulfill(answer)
  await page.route(path, handler)
  return () => page.unroute(path, handler)
}

t.test('the dashboard when the server is unavailable', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 24.5)
  const first = await shop.order(lamp)
  const { page, faults } = await openDashboard(browser, shop)
  const rowOf = (id: string) => page.getByRole('row').filter({ hasText: shortId(id) })
  const dialog = page.getByRole('dialog')
  await rowOf(first).waitFor()

  await t.test('after a restart the page resumes automatically, with nothing missing', async (t) => {
    // The list loads twice when the page opens: at once, and again from the start of the live events.
    await page.locator('[role=table][aria-busy=false]').waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await shop.restart(() => page.locator('.badge.offline').waitFor())
    const meanwhile = await Promise.all(Array.from({ length: 10 }, () => shop.order(lamp)))
    await page.locator('.badge.live').waitFor()
    for (const id of meanwhile) await page.locator('.rows', { hasText: shortId(id) }).waitFor()
    t.same(
      asked.filter((path) => path === '/orders'),
      [],
      'the log supplied everything; no list was reloaded',
    )
  })

  await t.test(
    'a change of an order waits while the server is down, says so, and is then made',
    async (t) => {
      await rowOf(first).getByRole('link').click()
      await dialog.getByRole('button', { name: 'Confirm' }).waitFor()
      await shop.restart(async () => {
        await dialog.getByRole('button', { name: 'Confirm' }).click()
        await dialog.getByText(/The server can't be reached. Trying again/).waitFor()
      })
      await dialog.getByRole('button', { name: 'Mark as shipped' }).waitFor()
      t.match((await shop.call('GET', `/orders/${first}`)).body, { status: 'confirmed' })
    },
  )

  await t.test('a busy server is retried after the time given in Retry-After', async (t) => {
    const relent = await refuse(page, `**/orders/${first}`, 503, 'overloaded', 2)
    const before = performance.now()
    await dialog.getByRole('button', { name: 'Mark as shipped' }).click()
    await dialog.getByText(/The server is busy. Trying again in/).waitFor()
    await relent()
    await dialog.getByRole('button', { name: 'Mark as delivered' }).waitFor()
    t.ok(performance.now() - before > 1_900)
    await page.keyboard.press('Escape')
  })

  const adjust = async () => {
    await page.goto(`${shop.server.url}/admin#/inventory/${lamp}/stock`)
    await dialog.getByLabel('Units in or out').fill('+7')
    await dialog.getByLabel('Reason').fill('Delivery')
    await dialog.getByText('in stock →').waitFor()
  }
  const stock = async () => (await shop.call<{ stock: number }>('GET', `/products/${lamp}`)).body.stock
  const submit = () => dialog.getByRole('button', { name: 'Adjust stock' }).click()

  await t.test('an adjustment that was certainly refused is retried once', async (t) => {
    const before = await stock()
    await adjust()
    const relent = await refuse(page, '**/stock-adjustments', 429, 'rate-limited', 1)
    await submit()
    await dialog.getByText(/Too many requests came from here. Trying again/).waitFor()
    await relent()
    await dialog.waitFor({ state: 'detached' })
    t.equal(await stock(), before + 7)
  })

  await t.test('an adjustment whose response was lost is repeated, and made once', async (t) => {
    const before = await stock()
    await adjust()
    let lost = 0
    await page.route('**/stock-adjustments', async (route) => {
      if (lost++ > 0) return route.continue()
      await route.fetch() // the change is made
      await route.abort('connectionreset') // but its response is lost
    })
    await submit()
    await dialog.getByText(/The server can't be reached. Trying again/).waitFor()
    t.equal(await dialog.getByLabel('Reason').inputValue(), 'Delivery', 'the input is kept')
    await dialog.waitFor({ state: 'detached' })
    t.equal(await stock(), before + 7)
    t.equal(lost, 2)
    await page.unrouteAll()
  })

  await t.test('a forbidden or failed action is reported, and the input is kept', async (t) => {
    await page.goto(`${shop.server.url}/admin#/inventory/new`)
    await dialog.getByLabel('Name').fill('Oak stool')
    await dialog.getByLabel('Price').fill('80')
    const add = dialog.getByRole('button', { name: 'Add product' })
    const allow = await refuse(page, '**/products', 403, 'forbidden')
    await add.click()
    await dialog.getByText('This account may not do this any more.').waitFor()
    await allow()
    const mend = await refuse(page, '**/products', 500, 'internal-error')
    await add.click()
    await dialog
      .getByText(/Something went wrong on the server. It was noted there as x. Whether it was saved/)
      .waitFor()
    t.equal(await dialog.getByLabel('Name').inputValue(), 'Oak stool')
    await mend()
    await add.click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('row').filter({ hasText: 'Oak stool' }).waitFor()
  })

  await t.test('a page opened while the server is busy waits for it', async (t) => {
    const relent = await refuse(page, '**/auth/refresh', 503, 'overloaded', 1)
    await page.reload()
    await page.getByText('The server is busy. Trying again…').waitFor()
    await relent()
    await page.locator('.badge.live').waitFor()
    t.pass()
  })

  await t.test('a stream that is refused repeatedly is retried at growing intervals', async (t) => {
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const tokens: unknown[] = []
    const refusedAt: number[] = []
    let refusing = true
    await page.routeWebSocket('**/socket.io/**', (line) => {
      if (!refusing) return void line.connectToServer()
      line.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')
      line.onMessage((packet) => {
        tokens.push(JSON.parse(/^40.admin,(.*)/.exec(packet.toString())?.[1] ?? '{}').token)
        refusedAt.push(performance.now())
        line.send('44/admin,{"message":"unauthorized","data":{"code":"unauthorized"}}')
      })
    })
    await page.reload()
    await until(async () => tokens.length >= 5)
    const refreshes = asked.filter((path) => path === '/auth/refresh').length
    t.ok(refreshes <= 2, `${refreshes} refreshes: one at opening the page, one after the first refusal`)
    t.ok(
      tokens.every((token) => typeof token === 'string' && token.length > 0),
      'with the token, not the cookie',
    )
    await page.getByText(/No live changes: The server refuses the live connection, though you are/).waitFor()
    const [, second = 0, , fourth = 0, fifth = 0] = refusedAt
    t.ok(fifth - fourth > 2 * 1_000 && fifth - second > 6 * 1_000, 'the intervals grow')
    refusing = false
    await page.locator('.badge.live').waitFor()
  })
  t.same(faults, [])
})
