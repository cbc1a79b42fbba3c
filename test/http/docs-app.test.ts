import t from 'tap'
import { violations } from '../helpers/axe.js'
import { admin, faultsOf, launch, noBrowser, openShop, PATIENCE_MS } from '../helpers/browser.js'

/** The script of Swagger UI makes most of it; 2.6 million without compression. */
const PAGE_BYTES = 520_000

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

t.test('the page at /docs has no fault that axe finds, closed or open', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(`${shop.server.url}/docs`)
  await page.locator('#operations-webhooks-receiveEvent').waitFor()
  t.same(await violations(page), [], 'closed')
  // Between them, these have every kind of field: in a row, a list, a body, a file.
  const operations = [
    'auth-register',
    'products-listProducts',
    'products-importProducts',
    'orders-listOrders',
  ]
  for (const operation of operations) {
    const block = page.locator(`#operations-${operation}`)
    await block.locator('.opblock-summary-control').focus()
    await page.keyboard.press('Enter')
    await block.locator('.responses-table').waitFor()
    t.match(page.url(), `#/${operation.replace('-', '/')}`, 'the address is that of the operation')
  }
  t.same(await violations(page), [], 'open')
  for (const operation of operations)
    await page.locator(`#operations-${operation}`).getByRole('button', { name: 'Try it out' }).click()
  await page.locator('#operations-auth-register').getByRole('textbox', { name: 'Body' }).waitFor()
  t.same(await violations(page), [], 'to be tried')
  await page.getByRole('button', { name: 'Authorize', exact: true }).first().click()
  await page.getByRole('button', { name: 'Close' }).first().waitFor()
  t.same(await violations(page), [], 'with the dialog to sign in')
})

t.test('a browser loads the files of /docs compressed, and once', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const html = await (await fetch(`${shop.server.url}/docs`)).text()
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  t.equal(files.length, 4)
  for (const path of files) {
    const file = await fetch(shop.server.url + path, { headers: { 'accept-encoding': 'gzip, br' } })
    t.match(file.headers.get('content-encoding'), 'br', path)
    t.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    t.equal((await fetch(shop.server.url + path.replace(/static\/\w+/, 'static/another'))).status, 404)
  }
  for (const path of ['/docs', '/docs/json', '/docs/yaml']) {
    const { headers } = await fetch(shop.server.url + path)
    t.equal(headers.get('cache-control'), 'no-cache', path)
    const known = { 'if-none-match': String(headers.get('etag')), 'cache-control': 'max-age=0' }
    t.equal((await fetch(shop.server.url + path, { headers: known })).status, 304, path)
  }

  const browser = await launch(t)
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const asked = new Map<string, number>()
  page.on('requestfinished', async (request) => {
    const { pathname } = new URL(request.url())
    const sizes = await request.sizes()
    asked.set(pathname, (asked.get(pathname) ?? 0) + sizes.responseBodySize)
  })
  await page.goto(`${shop.server.url}/docs`)
  await page.locator('.opblock').first().waitFor()
  const bytes = [...asked.values()].reduce((sum, size) => sum + size)
  t.comment(`${bytes} bytes`)
  t.ok(bytes > 100_000 && bytes < PAGE_BYTES, `${bytes} bytes`)
})
