import type { Request } from 'playwright-core'
import t from 'tap'
import {
  admin,
  customer,
  launch,
  noBrowser,
  openDashboard,
  openPage,
  openShop,
  until,
} from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const shortId = (id: string) => id.slice(-8).toUpperCase()

t.test('an order says who ordered what', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const names = Array.from({ length: 12 }, (_, i) => `Lamp of the ${i}th kind`)
  const products = await Promise.all(names.map((name) => shop.makeProduct(name)))
  await shop.signUp()
  const { email, password } = customer
  const ada = await shop.call<{ accessToken: string }>('POST', '/auth/login', { email, password })
  const asAda = { authorization: `Bearer ${ada.body.accessToken}` }
  const place = async (productId: string | undefined, more = {}) =>
    (await shop.call<{ id: string }>('POST', '/orders', { productId, quantity: 1, ...more }, asAda)).body.id
  const ids: string[] = []
  for (const id of products) ids.push(await place(id))
  const [first = ''] = ids
  await shop.call('DELETE', `/products/${products[0]}`)
  await shop.call('PATCH', `/products/${products[3]}`, { name: 'Another lamp' })
  const { page, context, faults } = await openDashboard(browser, shop, '#/pulse')
  const rowOf = (id: string) => page.getByRole('row').filter({ hasText: shortId(id) })
  const panel = page.getByRole('dialog')

  await t.test('every row has the names of product and customer, for one request', async (t) => {
    const asked: string[] = []
    const note = (request: Request) => asked.push(new URL(request.url()).pathname)
    page.on('request', note)
    await page.getByRole('link', { name: 'Orders' }).click()
    await rowOf(first).getByText('Ada').waitFor()
    t.match(await rowOf(first).innerText(), /Lamp of the 0th kind\s+1\s+Ada/, 'of a deleted product too')
    t.match(await rowOf(ids[3] ?? '').innerText(), 'Lamp of the 3th kind', 'as it was when it was ordered')
    t.same(
      asked.filter((path) => /^\/(orders|products|users)/.test(path)),
      ['/orders'],
    )
    for (let i = 0; i < 6; i++) ids.push(await place(products[i + 1]))
    await rowOf(ids.at(-1) ?? '')
      .getByText('Ada')
      .waitFor()
    page.off('request', note)
    t.same(
      asked.filter((path) => /^\/(products|users)/.test(path)),
      [],
      'live orders need none per row either',
    )
    t.equal(
      await rowOf(first).getByRole('link').getAttribute('aria-label'),
      `${shortId(first)}, 1 unit of Lamp of the 0th kind for Ada`,
    )
  })

  await t.test('a list that is loaded with the page is asked for once', async (t) => {
    const { page } = await openPage(context)
    // Without a stream, lists load after a second: a busy machine takes longer.
    await page.addInitScript(`(() => {
      const { setTimeout } = globalThis
      globalThis.setTimeout = (work, ms, ...rest) => setTimeout(work, ms === 1000 ? 1e9 : ms, ...rest)
    })()`)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${shop.server.url}/admin#/orders`)
    await page
      .getByRole('row')
      .filter({ hasText: shortId(first) })
      .waitFor()
    await page.locator('.badge.live').waitFor()
    await shop.call('PATCH', `/orders/${first}`, { status: 'confirmed' })
    await page
      .getByRole('row')
      .filter({ hasText: shortId(first) })
      .getByText('Confirmed')
      .waitFor()
    t.equal(asked.filter((path) => path === '/orders').length, 1)
    await page.close()
  })

  await t.test('the texts of a row can be selected, and a click into it opens the order', async (t) => {
    await rowOf(first).locator('.product').scrollIntoViewIfNeeded()
    const { x, y } = (await rowOf(first).locator('.product').boundingBox()) ?? { x: 0, y: 0 }
    await page.mouse.move(x + 2, y + 10)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 10, { steps: 5 })
    await page.mouse.up()
    t.match(await page.evaluate('getSelection().toString()'), /^Lamp/)
    t.equal(await panel.count(), 0, 'the end of a selection opens nothing')
    await rowOf(first).locator('.total').click()
    await panel.getByRole('link', { name: 'Ada', exact: true }).waitFor()
  })

  await t.test('the page of an order links to its customer and to its product', async (t) => {
    await panel.getByRole('link', { name: 'All their orders' }).click()
    // The header is a row too.
    await page.locator('[aria-rowcount="19"]').waitFor()
    await page.locator('.chip', { hasText: 'show all' }).click()
    // Rows outside the view are not in the page.
    await page.evaluate("document.querySelector('.scroller').scrollTo(0, 1e6)")
    await rowOf(first).getByRole('link').click()
    const product = panel.getByRole('link', { name: 'Lamp of the 0th kind' })
    t.match(await product.getAttribute('href'), `#/inventory/${products[0]}/ledger`)
    await panel.getByRole('link', { name: 'Ada', exact: true }).click()
    await panel.getByText(customer.email).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /^Orders/ }).click()
  })

  await t.test('history, note, checkout and expiry', async (t) => {
    const items = [1, 2].map((i) => ({ productId: products[i], quantity: i }))
    const checkout = (
      await shop.call<{ orders: { id: string }[] }>('POST', '/checkouts', { items, expiresIn: 3_000 }, asAda)
    ).body
    const id = checkout.orders[0]?.id ?? ''
    // The list was left further down.
    await page.evaluate(`document.querySelector('.scroller').scrollTop = 0`)
    await rowOf(id).getByRole('link').click()
    await panel
      .getByRole('timer')
      .getByText(/^(50:00|49:\d\d)$/)
      .waitFor()
    const shown = await panel.getByRole('timer').innerText()
    await until(async () => (await panel.getByRole('timer').innerText()) !== shown)
    await panel.getByRole('button', { name: 'Confirm' }).click()
    await panel.getByText('Confirmed by Admin').waitFor()
    t.equal(await panel.getByRole('timer').count(), 0)
    await panel.getByRole('button', { name: 'Add a note' }).click()
    await panel.getByRole('textbox', { name: 'Note' }).fill('Gift wrap')
    await shop.call('PATCH', `/orders/${id}`, { note: 'Two bows' })
    await panel.getByRole('button', { name: 'Save the note' }).click()
    await panel.getByText('Somebody else wrote meanwhile: “Two bows”').waitFor()
    await panel.getByRole('button', { name: 'Save the note' }).click()
    await panel.locator('.note').getByText('Gift wrap').waitFor()
    t.match((await shop.call('GET', `/orders/${id}`)).body, { note: 'Gift wrap' })
    await until(async () => (await panel.locator('.history q').count()) === 2)
    t.same(await panel.locator('.history ol strong').allInnerTexts(), ['Placed', 'Confirmed', 'Note', 'Note'])
    t.match(await panel.locator('.history ol').innerText(), /Placed by Ada/)
    await panel.getByRole('link', { name: 'Lamp of the 2th kind' }).click()
    await panel.getByText('2 × ').first().waitFor()
  })
  t.same(faults, [])
})

t.test('orders are found by words, and by several statuses', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  const mug = await shop.makeProduct('Blue mug')
  const [one = '', two = '', three = ''] = [
    await shop.order(lamp),
    await shop.order(mug),
    await shop.order(mug),
  ]
  await shop.call('PATCH', `/orders/${two}`, { status: 'confirmed' })
  await shop.call('POST', `/orders/${three}/cancel`)
  const { page, faults } = await openDashboard(browser, shop)
  const rowOf = (id: string) => page.getByRole('row').filter({ hasText: shortId(id) })
  const shows = (...ids: string[]) =>
    until(async () => {
      const texts = await page.locator('.rows .row .order').allInnerTexts()
      return texts.join() === ids.map(shortId).join()
    })
  await rowOf(one).waitFor()
  const chip = (name: string) => page.getByRole('button', { name, exact: true })
  await chip('Pending').click()
  await chip('Confirmed').click()
  await shows(two, one)
  t.equal(new URL(page.url()).hash, '#/orders?status=pending%2Cconfirmed')
  await page.reload()
  await shows(two, one)
  t.equal(await chip('Confirmed').getAttribute('aria-pressed'), 'true')
  await chip('All').click()
  const search = page.getByRole('searchbox')
  await search.fill('blu')
  await shows(three, two)
  await search.fill(admin.email)
  await shows(three, two, one)
  await search.fill('walnut')
  await shows(one)
  const four = await shop.order(lamp)
  await page.getByRole('button', { name: '1 new: search again' }).click()
  await shows(four, one)
  t.same(faults, [])
})
