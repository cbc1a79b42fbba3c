import t from 'tap'
import { launch, noBrowser, openDashboard, openShop } from '../helpers/browser.js'
import { UNREACHABLE } from '../helpers/reach.js'

const SCREEN_WIDTHS = [
  320, 360, 390, 480, 600, 700, 760, 820, 900, 960, 1024, 1093, 1180, 1280, 1440, 1920, 2560,
]
const ZOOMS = [1, 1.25, 1.5, 2, 4]
const SCREEN_HEIGHT = 800

t.test('nothing of a list is out of reach at any width or zoom', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct(
    'A walnut desk lamp of a very long name indeed, with a shade',
    100_000,
    999_999.99,
  )
  await shop.order(lamp, 10_000)
  const { page, faults } = await openDashboard(browser, shop)
  const webhook = { url: 'https://erp.example/hooks/a-path-of-some-length', description: 'Bookkeeping' }
  await shop.call('POST', '/webhooks', webhook)
  for (const place of ['orders', 'inventory', 'people', 'webhooks', 'audit'])
    await t.test(place, async (t) => {
      await page.goto(`${shop.server.url}/admin#/${place}`)
      await page.locator('.rows .row').first().waitFor()
      for (const zoom of ZOOMS)
        for (const screen of SCREEN_WIDTHS) {
          const width = Math.round(screen / zoom)
          if (width < 320) continue
          await page.setViewportSize({ width, height: Math.round(SCREEN_HEIGHT / zoom) })
          await page.evaluate(
            'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
          )
          t.same(await page.evaluate(UNREACHABLE), [], `${screen} px at ${zoom * 100} %`)
        }
    })
  t.same(faults, [])
})
