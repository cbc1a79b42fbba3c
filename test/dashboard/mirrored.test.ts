import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { UNREACHABLE } from '../helpers/reach.js'

const WIDTHS = [390, 768, 1440]
const HEIGHT = 900
const DRAWN = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'

t.test('nothing is cut off where the page runs from right to left', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const lamp = await shop.makeProduct('مصباح مكتب من خشب الجوز, with a shade', 100_000, 999_999.99)
  const order = await shop.order(lamp, 10_000)
  const gone = await shop.makeProduct('A walnut desk lamp that is sold no more', 1)
  await shop.call('DELETE', `/products/${gone}`)
  await shop.call('POST', '/webhooks', { url: 'https://erp.example/hooks/a-path-of-some-length' })
  const browser = await launch(t)
  const { page, faults } = await openDashboard(browser, shop, '#/orders', { locale: 'ar-XB' })
  t.equal(await page.locator('html').getAttribute('dir'), 'rtl')
  const boxOf = async (selector: string) => {
    const box = await page.locator(selector).first().boundingBox()
    if (!box) throw new Error(`${selector} is not shown`)
    return box
  }

  const places = {
    orders: '.rows .row',
    inventory: '.rows .row',
    'inventory/deleted': '.actions button',
    'inventory/stocktake': '.stocktake .panel',
    pulse: '.pulse',
    people: '.rows .row',
    webhooks: '.rows .row',
    audit: '.rows .row',
    account: '.panel',
  }
  for (const [place, sign] of Object.entries(places))
    await t.test(place, async (t) => {
      await page.goto(`${shop.server.url}/admin#/${place}`)
      await page.locator(sign).first().waitFor()
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT })
        await page.evaluate(DRAWN)
        t.same(await page.evaluate(UNREACHABLE), [], `${width} px`)
        t.ok(
          Number(await page.evaluate('document.documentElement.scrollWidth')) <= width,
          `${width} px: no sideways scrolling`,
        )
      }
      const [navigation, main] = [await boxOf('.side'), await boxOf('main')]
      t.ok(navigation.x >= main.x + main.width - 1, 'the navigation is on the right')
    })

  await t.test('a page over a list', async (t) => {
    await page.goto(`${shop.server.url}/admin#/orders/${order}`)
    await page.getByRole('dialog').getByRole('heading', { name: 'History' }).waitFor()
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT })
      await page.evaluate(DRAWN)
      // It slides in.
      await until(async () => Math.round((await boxOf('dialog')).x) === 0)
      const dialog = await boxOf('dialog')
      const out =
        await page.evaluate(`[...document.querySelectorAll('dialog button, dialog a, dialog dd, dialog h3')].filter((element) => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < -1 || right > ${dialog.x + dialog.width} + 1)
      }).map((element) => element.textContent)`)
      t.same(out, [], `${width} px`)
    }
  })
  t.same(faults, [])
})
