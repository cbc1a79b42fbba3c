import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

const DRAWN = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'
const HEIGHT = 900
const FIELDS = 'input:not([type=checkbox], [type=hidden]), select, textarea'

t.test('what is chosen is seen in forced colours', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  for (let i = 0; i < 2; i++) await shop.order(lamp)
  const browser = await launch(t)
  const { page, context } = await openDashboard(browser, shop)
  await page.emulateMedia({ forcedColors: 'active' })
  await page.getByRole('button', { name: 'Pending', exact: true }).click()
  await page.locator('.rows .row input').first().check()
  // Not by the keyboard, whose focus is outlined as well.
  await page.locator('h1').click()
  const outlined = (selector: string) =>
    page.evaluate(`[...document.querySelectorAll('${selector}')].flatMap((element) =>
      getComputedStyle(element).outlineStyle === 'solid' ? [element.textContent.trim()] : [])`)
  t.same(await outlined('.side nav a'), ['Orders'])
  t.same(await outlined('.segments button'), ['Pending'])
  t.same(
    await outlined('.rows .row:first-child'),
    await page.locator('.rows .row:first-child').allTextContents(),
  )
  t.same(await outlined('.rows .row:not(:first-child)'), [])
  await page.getByRole('link', { name: 'Boss' }).or(page.locator('.account > a')).first().click()
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor()
  t.same(await outlined('.side nav a'), [])
  t.equal(((await outlined('.account > a')) as string[]).length, 1)
  await context.close()
})

t.test('phones do not zoom into fields: their text is not too small', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  const order = await shop.order(lamp)
  const browser = await launch(t)
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } }
  const { page, context, faults } = await openDashboard(browser, shop, '#/orders', phone)
  const open = (name: string) => () => page.getByRole('button', { name, exact: true }).click()
  const count = async () => {
    await page.getByLabel('SKU, or words of the name').fill('walnut')
    await page.keyboard.press('Enter')
    await page.locator('.counts input').waitFor()
  }
  const bigEnough = async () => {
    const button = page.getByRole('link', { name: /^Adjust/ }).first()
    t.ok(((await button.boundingBox())?.height ?? 0) >= 40, 'a finger hits the button within a row')
    await button.tap()
    await page.getByRole('dialog', { name: 'Adjust stock' }).waitFor()
  }
  const me = (await shop.call<{ id: string }>('GET', '/auth/me')).body.id
  const places: [string, (() => Promise<void>)?][] = [
    ['orders'],
    ['orders', open('Filter…')],
    [`orders/${order}`, open('Add a note')],
    ['inventory', bigEnough],
    ['inventory/new'],
    [`inventory/${lamp}`],
    [`inventory/${lamp}/stock`],
    ['inventory/import'],
    ['inventory/stocktake', count],
    ['people'],
    [`people/${me}`],
    ['webhooks/new'],
    ['audit'],
    ['account'],
    ['account', open('Create key…')],
    ['forgot'],
    ['reset/x'],
  ]
  for (const [place, act] of places)
    await t.test(`${place}${act ? ', opened' : ''}`, async (t) => {
      await page.goto('about:blank')
      await page.goto(`${shop.server.url}/admin#/${place}`)
      await act?.()
      await page.locator(FIELDS).first().waitFor()
      const small = await page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(FIELDS)})].filter((field) =>
          parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.outerHTML)`,
      )
      t.same(small, [])
    })
  t.same(faults, [])
  await context.close()
})

t.test('what belongs together is close together', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  await shop.order(await shop.makeProduct('Lamp', 5))
  const browser = await launch(t)
  const { page, context } = await openDashboard(browser, shop)
  await page.locator('.rows .row').waitFor()

  await t.test('product and quantity on a very wide screen', async (t) => {
    await page.setViewportSize({ width: 2560, height: HEIGHT })
    await page.evaluate(DRAWN)
    const gap = await page.evaluate<number>(`(() => {
      const text = (selector) => {
        const range = document.createRange()
        range.selectNodeContents(document.querySelector('.rows ' + selector))
        return range.getBoundingClientRect()
      }
      return text('.qty').left - text('.product').right
    })()`)
    t.ok(gap > 0 && gap < 600, `${gap} px`)
  })

  await t.test('the largest sum within its tile and its page', async (t) => {
    const cars = await shop.makeProduct('Cars', 100_000, 999_999.99)
    const order = await shop.order(cars, 10_000)
    const sum = /\$9,999,999,9\d\d\.\d\d/
    for (const [place, selector] of [
      ['pulse?range=day', '.figure dd'],
      [`orders/${order}`, 'dialog .big'],
    ] as const)
      for (const width of [320, 390, 768, 1440]) {
        await page.setViewportSize({ width, height: HEIGHT })
        await page.goto(`${shop.server.url}/admin#/${place}`)
        await page.locator(selector, { hasText: sum }).first().waitFor()
        const wide = await page.evaluate(`[...document.querySelectorAll('${selector}')].filter((element) =>
          element.scrollWidth > element.clientWidth).map((element) => element.textContent)`)
        t.same(wide, [], `${place}, ${width} px`)
      }
  })

  await page.goto(`${shop.server.url}/admin#/pulse`)
  await page.locator('.uplot').nth(1).waitFor()
  for (const range of ['Now', 'This week'])
    await t.test(`tiles and charts, ${range}`, async (t) => {
      await page.getByRole('button', { name: range, exact: true }).click()
      const count = range === 'Now' ? 5 : 3
      await until(async () => (await page.locator('.figure').count()) === count)
      await page.locator('.uplot').nth(1).waitFor()
      for (const width of [390, 480, 768, 844, 1024, 1100, 1199, 1200, 1366, 1440, 2560]) {
        await page.setViewportSize({ width, height: HEIGHT })
        await page.evaluate(DRAWN)
        const rows = await page.evaluate<number[][]>(`(() => {
          const edge = Math.round(document.querySelector('.figures').getBoundingClientRect().right)
          const rows = {}
          for (const tile of document.querySelectorAll('.figure')) {
            const { top, right } = tile.getBoundingClientRect()
            ;(rows[Math.round(top)] ??= []).push(Math.round(right) - edge)
          }
          return Object.values(rows)
        })()`)
        t.same(
          rows.map((tiles) => tiles.at(-1)),
          rows.map(() => 0),
          `${width} px: every row of tiles is full`,
        )
        const alone = rows.filter((tiles) => tiles.length === 1).length
        t.ok(alone === 0 || width < 760, `${width} px: no tile is alone`)
        const room = await page.evaluate<number>(`(() => {
          const plot = document.querySelector('.uplot')
          const pen = document.createElement('canvas').getContext('2d')
          pen.font = '12px ' + getComputedStyle(document.body).fontFamily
          const widest = Math.max(...['12:45 PM', 'Mon 23'].map((text) => pen.measureText(text).width))
          const { right } = plot.querySelector('.u-over').getBoundingClientRect()
          return plot.querySelector('canvas').getBoundingClientRect().right - right - widest / 2
        })()`)
        t.ok(room >= 0, `${width} px: the last label of the axis has room (${room})`)
      }
    })
  await context.close()
})
