import { get } from 'node:http'
import t from 'tap'
import { launch, noBrowser, openPage, openShop, submitSignIn } from '../helpers/browser.js'

/** What a phone on a slow line loads in three seconds. */
const LIMIT_BYTES = 60 * 1024

/** Returns the bytes of the body at `url`, as the server sends it to a client accepting only gzip. */
const sentBytes = (url: string) =>
  new Promise<number>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.on('end', () => resolve(bytes))
      answer.on('error', reject)
    }).on('error', reject)
  })

t.test('the first load of the dashboard has at most 60 KiB, gzipped', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  await shop.order(await shop.makeProduct('Walnut desk lamp'))
  const browser = await launch(t)
  const { page } = await openPage(browser)
  const loaded = new Set<string>()
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/admin')) loaded.add(pathname)
  })
  await page.goto(`${shop.server.url}/admin`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  const sizes: Record<string, number> = {}
  for (const path of loaded) sizes[path] = await sentBytes(shop.server.url + path)
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0)
  t.comment(bytes, sizes)
  t.ok(bytes > LIMIT_BYTES / 2, `${bytes} bytes were counted`)
  t.ok(bytes <= LIMIT_BYTES, `${bytes} bytes`)

  // The code of other views, loaded ahead from now on, is never sent: the orders do without.
  await page.route('**/assets/**', () => undefined)
  await submitSignIn(page)
  await page.locator('.rows .row').waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})
