import t from 'tap'
import { faultsOf, launch, noBrowser, openShop, PATIENCE_MS } from '../helpers/browser.js'

t.test(
  'the page at /docs works within its content security policy, and contacts no other host',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
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
    await page.locator('#operations-operations-getLiveness').click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table').getByText('"status": "ok"').waitFor()
    // The policy blocks Swagger UI's style attributes; it is readable without them.
    t.same(
      faults.filter((fault) => !/Applying inline style/.test(fault)),
      [],
    )
    t.same(foreign, [])
  },
)
