import type { Request } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

t.test('the feed of orders', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 24.5)
  const old = await shop.order(lamp)
  const { page, faults } = await openDashboard(browser, shop)
  const rows = page.locator('.rows .row')
  const scrollTo = (top: number) => page.evaluate(`document.querySelector('.scroller').scrollTop = ${top}`)
  const rowOf = (id: string) => page.getByRole('row').filter({ hasText: shortId(id) })
  await rowOf(old).waitFor()

  await t.test('an order placed elsewhere appears at once, with an announcement', async (t) => {
    await page.locator('[role=table][aria-busy=false]').waitFor()
    const asked: string[] = []
    const note = (request: Request) => asked.push(new URL(request.url()).pathname)
    page.on('request', note)
    const id = await shop.order(lamp, 2)
    await rowOf(id).waitFor()
    page.off('request', note)
    t.notOk(asked.includes('/orders'), 'it came as an event, not by a request')
    t.match(await rowOf(id).innerText(), /Walnut desk lamp\s+2\s+\S+\s+\$49\.00\s+Pending/)
    t.match(await page.getByRole('row').nth(1).innerText(), shortId(id), 'it is on top')
    await page.locator('.toast').getByText('New order', { exact: true }).waitFor()
  })

  await t.test('the title and the menu count new orders while another view is open', async (t) => {
    await page.getByRole('link', { name: 'Pulse' }).click()
    await Promise.all([1, 2, 3].map(() => shop.order(lamp)))
    await until(async () => (await page.title()) === '(3) Pulse · Stockroom')
    await page.getByRole('link', { name: /Orders\s*3 new/ }).click()
    await until(async () => (await page.title()) === 'Orders · Stockroom')
    t.pass('the count is cleared when they are seen')
  })

  await t.test('an order moves through its statuses, and a change made elsewhere is shown', async (t) => {
    await rowOf(old).getByRole('link').click()
    const panel = page.getByRole('dialog')
    await panel.getByRole('button', { name: 'Confirm' }).click()
    await panel.getByRole('button', { name: 'Mark as shipped' }).waitFor()
    t.match((await shop.call('GET', `/orders/${old}`)).body, { status: 'confirmed' })
    await shop.call('PATCH', `/orders/${old}`, { status: 'shipped' })
    await panel.getByRole('button', { name: 'Mark as delivered' }).click()
    await panel.locator('.mark', { hasText: 'Delivered' }).waitFor()
    t.equal(await panel.locator('.actions button').count(), 0, 'no action is left')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await rowOf(old).getByText('Delivered').waitFor()
  })

  await t.test('an order is cancelled after a confirmation, and its stock is returned', async (t) => {
    const id = await shop.order(lamp, 5)
    const { stock } = (await shop.call<{ stock: number }>('GET', `/products/${lamp}`)).body
    await rowOf(id).getByRole('link').click()
    const panel = page.getByRole('dialog')
    await panel.getByRole('button', { name: 'Cancel order…' }).click()
    await panel.getByRole('button', { name: 'Keep it' }).click()
    await panel.getByRole('button', { name: 'Cancel order…' }).click()
    await panel.getByRole('button', { name: 'Cancel the order' }).click()
    await panel.getByText('This order was cancelled').waitFor()
    t.match((await shop.call('GET', `/products/${lamp}`)).body, { stock: stock + 5 })
    await page.keyboard.press('Escape')
  })

  await t.test('the page reports that another admin was quicker, and shows the current status', async (t) => {
    const id = await shop.order(lamp)
    await rowOf(id).getByRole('link').click()
    const panel = page.getByRole('dialog')
    await panel.getByRole('button', { name: 'Confirm' }).waitFor()
    // The concurrent change is made just before this page's request.
    await page.route(`**/orders/${id}`, async (route) => {
      if (route.request().method() === 'PATCH') await shop.call('POST', `/orders/${id}/cancel`)
      await route.continue()
    })
    await panel.getByRole('button', { name: 'Confirm' }).click()
    await panel.getByText('This order was cancelled').waitFor()
    await panel.getByText('The order is cancelled and cannot become confirmed').waitFor()
    await page.unrouteAll()
    await page.keyboard.press('Escape')
    t.pass()
  })

  await t.test('the filter shows orders of one status, and adds those that reach it', async (t) => {
    await page.getByRole('button', { name: 'Cancelled', exact: true }).click()
    await until(async () => (await rows.count()) === 2)
    const id = await shop.order(lamp)
    await shop.call('POST', `/orders/${id}/cancel`)
    await rowOf(id).waitFor()
    t.same(await page.locator('.rows .mark').allInnerTexts(), ['Cancelled', 'Cancelled', 'Cancelled'])
    await page.getByRole('button', { name: 'Cancelled', exact: true }).click()
    await page.getByRole('button', { name: 'Shipped', exact: true }).click()
    await page.getByText('No such orders').waitFor()
    t.notMatch(await page.locator('.empty').innerText(), /placed/, 'orders are not placed as shipped')
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await rowOf(old).waitFor()
  })

  await t.test('older orders load on scrolling, and the arrow keys move through them', async (t) => {
    const first = shortId(old)
    await Promise.all(Array.from({ length: 250 }, () => shop.order(lamp)))
    await page.reload()
    await rows.first().waitFor()
    await until(async () => {
      await scrollTo(1e6)
      return (await page.locator('.rows').innerText()).includes(first)
    })
    t.ok((await rows.count()) < 60, 'few of them are in the DOM')
    const there = await rows.last().innerText()
    await shop.order(lamp)
    await page.locator('.toast').waitFor()
    t.equal(await rows.last().innerText(), there, 'the scroll position is kept')

    await scrollTo(0)
    await until(async () => (await rows.first().getAttribute('aria-rowindex')) === '2')
    await rows.first().getByRole('link').focus()
    const focused = () => page.evaluate(`document.activeElement.closest('.row')?.ariaRowIndex`)
    await page.keyboard.press('ArrowDown')
    await until(async () => (await focused()) === '3')
    // Faster than the page can render rows: no key press is lost.
    await page.evaluate(`for (let i = 0; i < 29; i++)
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))`)
    await until(async () => (await focused()) === '32')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
  })
  t.same(faults, [])
})
