import type { Page } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

const idsShown = (page: Page) => page.locator('.rows .row .order').allInnerTexts()

t.test('rows stay under the pointer, the focus and a finger', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 1_000, 24.5)
  for (let i = 0; i < 5; i++) await shop.order(lamp)
  const { page, faults } = await openDashboard(browser, shop, '#/orders', { hasTouch: true })
  const rows = page.locator('.rows .row')
  const news = page.getByRole('button', { name: /new: show them/ })
  const box = async () => (await rows.nth(2).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await rows.nth(4).waitFor()
  const count = (n: number) => until(async () => (await rows.count()) === n)

  await t.test('new orders wait while the pointer is in the list', async (t) => {
    const { x, y } = await box()
    await page.mouse.move(x + 300, y + 5)
    await page.mouse.move(x + 302, y + 9)
    const before = await idsShown(page)
    for (let i = 0; i < 3; i++) await shop.order(lamp)
    await news.getByText('3 new').waitFor()
    t.same(await idsShown(page), before)
    await page.mouse.down()
    await page.mouse.up()
    await page.getByRole('dialog', { name: before[2] ?? '' }).waitFor()
    t.pass('the click opens the order it was aimed at')
    await page.keyboard.press('Escape')
    await page.mouse.move(5, 5)
    await count(8)
    t.equal(await news.count(), 0)
  })

  await t.test('and while a row has the focus', async (t) => {
    await rows.nth(1).getByRole('link').focus()
    await page.keyboard.press('ArrowDown')
    const before = await idsShown(page)
    await shop.order(lamp)
    await news.getByText('1 new').waitFor()
    t.same(await idsShown(page), before)
    await news.focus()
    await page.keyboard.press('Enter')
    await count(9)
  })

  await t.test('and while a finger is on it', async (t) => {
    const { x, y } = await box()
    const devtools = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
    await touch('touchStart', [{ x: x + 20, y: y + 5 }])
    const before = await idsShown(page)
    await shop.order(lamp)
    await news.getByText('1 new').waitFor()
    t.same(await idsShown(page), before)
    await touch('touchEnd', [])
    await page.keyboard.press('Escape')
    await count(10)
  })

  await t.test('and while it is pressed and the list loads again', async (t) => {
    await page.setViewportSize({ width: 390, height: 844 })
    let connect = () => {}
    const connected = new Promise<void>((resolve) => {
      connect = resolve
    })
    await page.routeWebSocket('**/socket.io/**', async (line) => {
      await connected
      line.connectToServer()
    })
    await page.reload()
    await count(10) // without the stream, which is late
    const box = rows.nth(2).getByRole('checkbox')
    const before = await idsShown(page)
    await box.hover()
    await page.mouse.down()
    await shop.order(lamp)
    const [loadedAgain] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === '/orders'),
      connect(),
    ])
    t.match((await loadedAgain.json()).items.length, 11)
    await news.getByText('1 new').waitFor()
    t.same(await idsShown(page), before)
    await page.mouse.up()
    t.ok(await box.isChecked(), 'the row that was aimed at is selected')
    await page.mouse.move(5, 5)
    await page.locator('.table[aria-rowcount="12"]').waitFor()
    await page.getByLabel('Selected orders').getByText('1 order', { exact: true }).waitFor()
  })
  t.same(faults, [])
})

t.test('so do those of other lists', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  for (const name of ['Oak stool', 'Walnut desk lamp']) await shop.makeProduct(name)
  const { page, faults } = await openDashboard(browser, shop, '#/inventory')
  const names = async () => (await page.locator('.rows .product a').allInnerTexts()).join()
  const adjust = page.locator('.rows .actions a')
  await until(async () => (await names()) === 'Walnut desk lamp,Oak stool')
  await adjust.nth(1).hover()
  await adjust.first().hover()
  const mug = await shop.makeProduct('Café mug')
  // What is told later has arrived: so has the mug.
  const [lamp = ''] = (
    await shop.call<{ items: { id: string }[] }>('GET', '/products?q=lamp')
  ).body.items.map(({ id }) => id)
  await shop.call('PATCH', `/products/${lamp}`, { stock: 3 })
  await page.getByRole('row', { name: /Walnut desk lamp.*3/ }).waitFor()
  t.equal(await names(), 'Walnut desk lamp,Oak stool')
  await page.mouse.move(5, 5)
  await until(async () => (await names()) === 'Café mug,Walnut desk lamp,Oak stool')
  await adjust.nth(1).hover()
  await adjust.first().hover()
  await shop.call('DELETE', `/products/${mug}`)
  await shop.call('PATCH', `/products/${lamp}`, { stock: 7 })
  await page.getByRole('row', { name: /Walnut desk lamp.*7/ }).waitFor()
  t.equal(await names(), 'Café mug,Walnut desk lamp,Oak stool')
  await page.mouse.move(5, 5)
  await until(async () => (await names()) === 'Walnut desk lamp,Oak stool')
  t.same(faults, [])
})
