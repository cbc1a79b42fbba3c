import t from 'tap'
import { admin, launch, noBrowser, openDashboard, openPage, openShop } from '../helpers/browser.js'
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
  await shop.call(
    'DELETE',
    `/products/${await shop.makeProduct('A walnut desk lamp that is sold no more', 1)}`,
  )
  for (const place of ['orders', 'inventory', 'inventory/deleted', 'people', 'webhooks', 'audit'])
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

/** Words of the navigation and of the figures, and names of columns, without enough room. */
const BROKEN = `(() => {
  const faults = []
  const boxOf = (element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    return range
  }
  let end = 0
  for (const link of document.querySelectorAll('.side nav a')) {
    const word = boxOf(link.querySelector('span')).getBoundingClientRect()
    const box = link.getBoundingClientRect()
    const text = link.querySelector('span').textContent
    if (word.left < box.left - 1 || word.right > box.right + 1 || word.right > innerWidth) faults.push(text + ' does not fit its link')
    if (innerWidth < 760 && word.left < end) faults.push(text + ' overlaps its neighbour')
    end = word.right
  }
  for (const element of document.querySelectorAll('.figure dd, .ledger th')) {
    const text = element.firstChild
    if (!text || text.nodeType !== Node.TEXT_NODE) continue
    for (const { index, 0: word } of text.data.matchAll(/[^ ]+/g)) {
      const range = document.createRange()
      range.setStart(text, index)
      range.setEnd(text, index + word.length)
      if (range.getClientRects().length > 1) faults.push(word + ' is broken')
    }
  }
  const tops = new Set([...document.querySelectorAll('.tools > *')].map((tool) => Math.round(tool.getBoundingClientRect().top)))
  if (innerWidth >= 760 && tops.size > 1) faults.push('the tools take several lines')
  for (const [selector, least] of [['.tools input[type=search]', 140], ['.rows .product', 180]])
    for (const element of document.querySelectorAll(selector))
      if (innerWidth >= 760 && element.clientWidth < least) faults.push(selector + ' has only ' + element.clientWidth + ' px')
  return faults
})()`

t.test(
  'no word is cut, broken or beside its place, in the longer German either',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    const lamp = await shop.makeProduct('Walnut desk lamp', 100_000, 999_999.99)
    await shop.order(lamp)
    await shop.call('DELETE', `/products/${await shop.makeProduct('Oak stool', 1)}`)
    const browser = await launch(t)
    for (const locale of ['en-US', 'de-DE']) {
      const context = await browser.newContext({ locale })
      const { page, faults } = await openPage(context)
      await page.goto(`${shop.server.url}/admin`)
      await page.locator('input[type=email]').fill(admin.email)
      await page.locator('input[type=password]').fill(admin.password)
      await page.locator('button[type=submit]').click()
      await page.locator('.badge.live').waitFor()
      for (const [place, sign] of [
        ['orders', '.rows .row'],
        ['inventory', '.rows .row'],
        ['inventory/deleted', '.rows .row'],
        [`inventory/${lamp}/ledger`, '.ledger td'],
        ['pulse', '.figures:not(:has(.skeleton))'],
        ['people', '.rows .row'],
        ['audit', '.rows .row'],
      ]) {
        await page.goto(`${shop.server.url}/admin#/${place}`)
        await page.locator(String(sign)).first().waitFor()
        for (const width of SCREEN_WIDTHS) {
          await page.setViewportSize({ width, height: SCREEN_HEIGHT })
          t.same(await page.evaluate(BROKEN), [], `${locale} ${place}, ${width} px`)
        }
      }
      t.same(faults, [])
      await context.close()
    }
  },
)
