import t from 'tap'
import { launch, noBrowser, openDashboard, openShop } from '../helpers/browser.js'

const SCREEN_WIDTHS = [
  320, 360, 390, 480, 600, 700, 760, 820, 900, 960, 1024, 1093, 1180, 1280, 1440, 1920, 2560,
]
const ZOOMS = [1, 1.25, 1.5, 2, 4]
const SCREEN_HEIGHT = 800

/**
 * Finds what cannot be reached: cells cut off by an ancestor without sideways scrolling, and controls at whose
 * middle something else is hit, once they are scrolled to.
 */
const UNREACHABLE = `(() => {
  const faults = []
  const name = (element) => (element.getAttribute('aria-label') || element.textContent || element.className).trim().slice(0, 40)
  const row = document.querySelectorAll('.rows > .row')[0]
  for (const element of [...(row ? row.querySelectorAll('.cell, .button') : []), ...document.querySelectorAll('main .bar button, main .bar input, main .bar summary, nav a, .account a')]) {
    if (getComputedStyle(element).display === 'none' || element.closest('details:not([open]) > div')) continue
    element.scrollIntoView({ block: 'center', inline: 'nearest' })
    const { left, right, top, bottom, width } = element.getBoundingClientRect()
    if (width === 0) continue
    if (left < -1 || right > innerWidth + 1) faults.push(name(element) + ' is outside the window')
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, contain } = getComputedStyle(around)
      const box = around.getBoundingClientRect()
      const clips = overflowX === 'hidden' || overflowX === 'clip' || contain !== 'none'
      if (clips && (right > box.right + 1 || left < box.left - 1)) faults.push(name(element) + ' is cut off by ' + around.className)
    }
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    const hit = document.elementFromPoint(x, y)
    if (!hit || !(element.contains(hit) || hit.contains(element))) faults.push(name(element) + ' lies under ' + (hit ? hit.className || hit.tagName : 'the edge'))
    if (element.matches('.total, .price, .qty, .time, .order, .mark') && element.scrollWidth > element.clientWidth + 1) faults.push(name(element) + ' is cut')
  }
  return [...new Set(faults)]
})()`

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
