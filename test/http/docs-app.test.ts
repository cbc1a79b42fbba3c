import t from 'tap'
import { violations } from '../helpers/axe.js'
import { admin, faultsOf, launch, noBrowser, openShop, PATIENCE_MS } from '../helpers/browser.js'

t.test(
  'the page at /docs works within its content security policy, and contacts no other host',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, { SHOP_NAME: 'Lamps <& more>' })
    const browser = await launch(t)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const faults = faultsOf(page)
    const foreign: string[] = []
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url())
      if (protocol !== 'data:' && host !== new URL(shop.server.url).host) foreign.push(request.url())
    })
    await page.goto(`${shop.server.url}/docs`)
    t.equal(await page.title(), 'Lamps <& more> API')
    t.equal(await page.locator('.topbar').count(), 0, 'nothing that tells of another product')
    await page.locator('#operations-operations-getLiveness').click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table').getByText('"status": "ok"').waitFor()
    t.same(faults, [])
    t.same(foreign, [])
    t.same(await violations(page, ['color-contrast']), [])
  },
)

t.test(
  'the page at /docs tries operations with the cookie of the browser, changes too, and links to the live events',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    const browser = await launch(t)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`${shop.server.url}/docs`)
    const tryOut = async (tag: string, operation: string) => {
      const block = page.locator(`#operations-${tag}-${operation}`)
      await block.locator('.opblock-summary').click()
      await block.getByRole('button', { name: 'Try it out' }).click()
      await block.getByRole('button', { name: 'Execute' }).click()
      return block.locator('.live-responses-table')
    }
    const refused = await tryOut('auth', 'getMe')
    await refused.getByText('/problems/unauthenticated').first().waitFor()
    await page.evaluate(async (credentials) => {
      const headers = { 'content-type': 'application/json' }
      await fetch('/auth/login', { method: 'POST', headers, body: JSON.stringify(credentials) })
    }, admin)
    await page.locator('#operations-auth-getMe').getByRole('button', { name: 'Execute' }).click()
    await refused.getByText(`"email": "${admin.email}"`).first().waitFor()
    const created = await tryOut('products', 'createProduct')
    await created.getByText('"createdAt"').first().waitFor()
    const link = page.getByRole('link', { name: 'AsyncAPI' })
    t.equal(
      new URL(await link.evaluate((element) => (element as unknown as { href: string }).href)).pathname,
      '/docs/asyncapi.json',
    )
  },
)
