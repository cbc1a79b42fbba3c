import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('the page leads back from whatever goes wrong', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { ...noRateLimits, CURRENCY: 'EUR' })
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 1234.5)
  const ids: string[] = []
  for (let i = 0; i < 60; i++) ids.push(await shop.order(lamp))
  const { page, faults } = await openDashboard(browser, shop)
  const rows = page.locator('.rows .row')
  const panel = page.getByRole('dialog')
  await rows.first().waitFor()

  await t.test('a malformed link says so, and leads to the orders', async (t) => {
    for (const place of ['#/orders/%E0%A4%A', '#/ordres']) {
      await page.goto(`${shop.server.url}/admin${place}`)
      await page.reload()
      await page.getByText('This link leads nowhere').waitFor()
      await page.getByRole('link', { name: 'To the orders' }).click()
      await rows.first().waitFor()
    }
    t.pass()
  })

  await t.test('an unexpected answer ends the view, not the page', async (t) => {
    const odd = { id: '1', status: 'pending', createdAt: 'yesterday' }
    await page.route('**/orders?*', (route) => route.fulfill({ json: { items: [odd], nextCursor: null } }))
    await page.reload()
    await page.getByRole('heading', { name: 'This page has failed' }).waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'To the orders' }).click()
    await rows.first().waitFor()
    t.equal(faults.splice(0).length, 0, 'it was caught')
  })

  await t.test('amounts are in the currency of the shop from the first one on', async (t) => {
    await page.route('**/pulse?*', (route) => route.abort())
    let answer = () => {}
    const asked = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/config', async (route) => {
      await asked
      await route.continue()
    })
    await page.reload()
    await page.getByText('Opening…').waitFor()
    t.notMatch(await page.locator('body').innerText(), /\$/)
    answer()
    await rows.first().getByText('€1,234.50').waitFor()
    await page.unrouteAll()
  })

  await t.test('code that did not load is loaded later, and a new version is announced', async (t) => {
    await page.route('**/assets/draw-*.js', (route) => route.abort())
    await page.getByRole('link', { name: 'Pulse' }).click()
    const again = page.getByRole('button', { name: 'Try again' }).first()
    await again.waitFor()
    await page.unrouteAll()
    await again.click()
    await page.locator('.uplot').first().waitFor()
    await page.route('**/config', (route) =>
      route.fulfill({ json: { shop: 'x', currency: 'EUR', decimals: 2, version: '99.0.0' } }),
    )
    await shop.restart()
    await page.getByText('The server has a new version of this page.').waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Reload', exact: true }).click()
    await page.locator('.badge.live').waitFor()
    t.equal(await page.getByText('new version').count(), 0)
  })

  await t.test('Back does not reopen closed panels, and lists keep their place', async (t) => {
    await page.goto(`${shop.server.url}/admin#/orders`)
    await rows.first().waitFor()
    // By its link: what a row says changes with the time.
    const first = () =>
      page.evaluate<string | undefined>(`[...document.querySelectorAll('.rows .row')].find((row) =>
      row.getBoundingClientRect().top >= document.querySelector('.scroller').getBoundingClientRect().top)
      ?.querySelector('a').href`)
    const top = await first()
    await page.evaluate(`document.querySelector('.scroller').scrollTop = 900`)
    await until(async () => ![top, undefined].includes(await first()))
    const before = await first()
    await page.locator('.rows .row a').nth(10).click()
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Inventory' }).click()
    await rows.first().getByText('Walnut').waitFor()
    await page.goBack()
    await until(async () => (await first()) === before)
    t.equal(await panel.count(), 0)
    await page.getByRole('link', { name: 'Pulse' }).click()
    await page.locator('.pulse').waitFor()
    await page.getByRole('link', { name: /^Orders/ }).click()
    await until(async () => (await first()) === before)

    await page.locator('.rows .row a').nth(10).click()
    await panel.waitFor()
    // As by two impatient keys: browsers go back some time after they were told to.
    const steps = await page.evaluate(`(() => {
      const steps = []
      history.go = (count) => { steps.push(count); History.prototype.go.call(history, count) }
      const close = document.querySelector('dialog button[aria-label="Close"]')
      close.click()
      close.click()
      return steps
    })()`)
    t.same(steps, [-1], 'what is open is left once')
    await panel.waitFor({ state: 'detached' })
    t.match(page.url(), /#\/orders$/)
  })

  await t.test('the focus stays near, and typed text is kept', async (t) => {
    const listed = page.waitForResponse((response) => response.url().includes('status=pending'))
    await page.goto(`${shop.server.url}/admin#/orders?status=pending`)
    await listed
    await rows.nth(3).getByRole('link').press('Enter')
    await panel.getByRole('button', { name: 'Confirm' }).focus()
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: 'Mark as shipped' }).waitFor()
    const focused = () => page.evaluate('document.activeElement.innerText')
    await until(async () => (await focused()) === 'Mark as shipped')
    await panel.getByRole('button', { name: 'Cancel order…' }).click()
    await until(async () => (await focused()) === 'Cancel the order')
    await panel.getByRole('button', { name: 'Keep it' }).click()
    await panel.getByRole('button', { name: 'Add a note' }).click()
    await page.keyboard.type('Two bows')
    await page.keyboard.press('Escape')
    await panel.getByText('Leave without what you typed?').waitFor()
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Go on typing' }).click()
    t.equal(await panel.getByRole('textbox', { name: 'Note' }).inputValue(), 'Two bows')
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Discard it' }).click()
    await panel.waitFor({ state: 'detached' })
    // The row has left the list.
    await until(async () => Boolean(await page.evaluate(`document.activeElement.closest('.table')`)))
  })

  await t.test('a toast lies over nothing of the view, which keeps its size', async (t) => {
    const boxOf = (selector: string) =>
      page.evaluate<{ left: number; top: number; right: number; bottom: number }>(
        `document.querySelector('${selector}').getBoundingClientRect().toJSON()`,
      )
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.locator('.toast').waitFor({ state: 'detached' })
      await page.setViewportSize({ width, height })
      const [before, badge] = [await boxOf('main'), await boxOf('.badge')]
      await shop.order(lamp)
      await page.locator('.toast').waitFor()
      await page.evaluate(
        `Promise.all(document.querySelector('.toast').getAnimations().map((rise) => rise.finished))`,
      )
      const [toast, view] = [await boxOf('.toast'), await boxOf('main')]
      t.same(view, before, `${width} px`)
      t.same(await boxOf('.badge'), badge, 'nor does what is beside it move')
      const isBeside = toast.right <= view.left || toast.bottom <= view.top
      t.ok(isBeside && toast.right <= width && toast.bottom <= height, JSON.stringify({ toast, view }))
      t.same(
        await page.evaluate(
          `[...document.querySelectorAll('.toast')].filter((e) => e.scrollWidth > e.clientWidth).length`,
        ),
        0,
      )
    }
  })
  t.same(faults, [])
})
