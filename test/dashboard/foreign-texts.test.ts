import t from 'tap'
import { launch, noBrowser, openDashboard, openPage, openShop } from '../helpers/browser.js'

const LAMP = 'مصباح مكتب من خشب الجوز'
const ADA = 'עדה לאבלייס'

/** The visible texts with one of the names that begin at the wrong side, as `tag.class: text`. */
const ASTRAY = `[...document.querySelectorAll('main *, dialog *')].filter((element) =>
  [...element.childNodes].some((node) => node.nodeType === 3 && /${LAMP}|${ADA}/.test(node.data)) &&
  element.getClientRects().length > 0 && element.tagName !== 'OPTION' && getComputedStyle(element).direction !== 'rtl'
).map((element) => element.tagName + '.' + element.className + ': ' + element.textContent)`

t.test('names from right to left begin at their own side', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const lamp = await shop.makeProduct(LAMP, 9)
  await shop.call('PATCH', '/auth/me', { name: ADA })
  const order = await shop.order(lamp)
  const me = (await shop.call<{ id: string }>('GET', '/auth/me')).body.id
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/orders')
  for (const [place, name] of [
    ['orders', LAMP],
    [`orders/${order}`, LAMP],
    [`orders/${order}`, ADA],
    ['pulse', LAMP],
    ['pulse?range=day', LAMP],
    ['inventory', LAMP],
    ['inventory?inStock=low', LAMP],
    [`inventory/${lamp}/stock`, LAMP],
    [`inventory/${lamp}/ledger`, LAMP],
    ['people', ADA],
    [`people/${me}`, ADA],
    ['audit', ADA],
  ] as const)
    await t.test(`${place}: ${name}`, async (t) => {
      await page.goto(`${shop.server.url}/admin#/${place}`)
      const within = place.includes('/') ? page.getByRole('dialog') : page.locator('main')
      await within.getByText(name).first().waitFor()
      t.same(await page.evaluate(ASTRAY), [])
    })
  t.same(faults, [])
  await context.close()
})

t.test('times are written as the person reads them', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  await shop.order(await shop.makeProduct('Walnut desk lamp'))
  const browser = await launch(t)
  const { context: first } = await openDashboard(browser, shop)
  let storageState = await first.storageState()
  await first.close()
  for (const [locale, hours] of [
    ['en-US', /^\d+:\d\d:\d\d\s[AP]M$/],
    ['en-GB', /^\d\d:\d\d:\d\d$/],
    ['de', /^\d\d:\d\d:\d\d$/],
    ['ja', /^\d+:\d\d:\d\d$/],
    ['ar-EG', /^\d+:\d\d:\d\d\s[AP]M$/],
  ] as const)
    await t.test(locale, async (t) => {
      const context = await browser.newContext({ locale, timezoneId: 'UTC', storageState })
      const { page } = await openPage(context)
      await page.goto(`${shop.server.url}/admin#/orders`)
      const time = page.locator('.rows .row .time')
      await time.waitFor()
      t.match(await time.innerText(), hours)
      await page.route('**/orders?*', async (route) => {
        const response = await route.fetch()
        const json = (await response.text()).replace(/("createdAt":")\d{4}/g, '$12019')
        await route.fulfill({ response, body: json })
      })
      await page.reload()
      await time.getByText('2019').waitFor()
      t.notMatch(await time.innerText(), /:/, 'a day of another year has no room for a time')
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      storageState = await context.storageState()
      await context.close()
    })
})
