import { gzipSync } from 'node:zlib'
import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, PATIENCE_MS } from '../helpers/browser.js'

const FIRST_LOAD_BYTES = 60 * 1024
/** Bytes from which files are stored compressed. */
const WORTH_COMPRESSING = 512
/** CPU time, so the load of the machine does not matter. */
const LOADING_MS = 1_000

t.test('the files and headers of the dashboard', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const { url } = shop.server
  const page = await fetch(`${url}/admin`)
  t.match(
    page.headers.get('content-security-policy'),
    /^default-src 'none'; script-src 'self'; style-src 'self'/,
  )
  t.equal(page.headers.get('cache-control'), 'no-cache')
  const known = { 'if-none-match': page.headers.get('etag') ?? '', 'cache-control': 'max-age=0' }
  const again = await fetch(`${url}/admin/`, { headers: known })
  t.equal(again.status, 304)
  const html = await page.text()
  const assets = [...html.matchAll(/(?:src|href)="(\/admin\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  const kinds = assets.map((path) => path.split('.').at(-1))
  t.same([...new Set(kinds)].sort(), ['css', 'js', 'svg'], 'scripts, a stylesheet, an icon')
  t.notOk(
    /account|people|webhook|stocktake/.test(assets.join()),
    'pages that few open are loaded when they are opened',
  )
  let bytes = gzipSync(html).length
  for (const path of assets) {
    const asset = await fetch(url + path, { headers: { 'accept-encoding': 'gzip' } })
    t.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const text = await asset.text()
    if (text.length >= WORTH_COMPRESSING) t.equal(asset.headers.get('content-encoding'), 'gzip', path)
    bytes += gzipSync(text).length
  }
  t.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes, gzipped`)
  const missing = await fetch(`${url}/admin/assets/nothing.js`)
  t.equal(missing.status, 404)
  t.match(missing.headers.get('content-type'), 'application/problem+json')
})

t.test('the dashboard in light and dark, on a phone and a desk', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const browser = await launch(t)
  const lamp = await shop.makeProduct('Walnut desk lamp', 40, 24.5)
  await shop.makeProduct(
    'A lamp that is nearly gone, of a name far longer than any screen is wide '.repeat(2),
    3,
    1,
  )
  const id = await shop.order(lamp)
  await shop.call('POST', `/orders/${await shop.order(lamp)}/cancel`)
  const hook = { url: 'https://erp.example/hooks/a-path-of-some-length', description: 'Bookkeeping' }
  const webhook = (await shop.call<{ id: string }>('POST', '/webhooks', hook)).body.id
  const me = (await shop.call<{ id: string }>('GET', '/auth/me')).body.id

  await t.test('the page is usable as soon as it is shown', async (t) => {
    const context = await browser.newContext()
    context.setDefaultTimeout(PATIENCE_MS)
    const times: number[] = []
    for (let i = 0; i < 3; i++) {
      const page = await context.newPage()
      const devtools = await context.newCDPSession(page)
      await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
      await page.goto(`${shop.server.url}/admin`)
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
      const { metrics } = await devtools.send('Performance.getMetrics')
      times.push((metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000)
      if (i === 0) t.same(await violations(page), [])
      await page.close()
    }
    t.ok(Math.min(...times) > 0, 'measured')
    t.ok(Math.min(...times) <= LOADING_MS, `${times.map(Math.round)} ms`)
    await context.close()
  })

  const { page, context, faults } = await openDashboard(browser, shop)
  const foreign: string[] = []
  page.on(
    'request',
    (request) => new URL(request.url()).host === new URL(shop.server.url).host || foreign.push(request.url()),
  )
  const places = {
    '#/orders': '.rows .row',
    [`#/orders/${id}`]: 'dialog .progress',
    '#/inventory': '.level.low',
    '#/inventory/new': 'dialog input',
    [`#/inventory/${lamp}/stock`]: 'dialog .subject',
    '#/inventory/import': 'dialog input',
    '#/inventory/stocktake': '.stocktake .panel',
    '#/pulse': '.uplot',
    '#/pulse?range=day': '.uplot',
    '#/pulse?range=month': '.uplot',
    '#/people': '.rows .row',
    [`#/people/${me}`]: 'dialog .facts',
    '#/webhooks': '.rows .row',
    [`#/webhooks/${webhook}`]: 'dialog .facts',
    '#/webhooks/new': 'dialog input',
    '#/audit': '.rows .row',
    '#/account': '.entries .mark',
    '#/forgot': '.card form',
    '#/reset/x': '.card form',
    '#/verify/x': '.card button',
  }
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      await t.test(`${colorScheme}, ${width} px wide`, async (t) => {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const [place, sign] of Object.entries(places)) {
          await page.goto(`${shop.server.url}/admin${place}`)
          await page.locator(sign).first().waitFor()
          t.same(await violations(page), [], place)
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          t.ok(Number(overflow) <= 0, `${place} fits`)
        }
      })
  t.same(foreign, [], 'no other host receives a request')
  t.same(faults, [])

  await t.test('the dashboard is usable by keyboard alone', async (t) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${shop.server.url}/admin#/orders`)
    await page.reload()
    await page.locator('.rows .row').first().waitFor()
    await page.locator('.rows a').first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      const inside = await page.evaluate(
        `document.activeElement === document.body || !!document.activeElement.closest('dialog')`,
      )
      t.ok(inside, 'the focus stays in the dialog')
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    t.ok(
      await page.evaluate(`document.activeElement.matches('.rows a')`),
      'the focus returns to where it was',
    )
  })
  await context.close()
})
