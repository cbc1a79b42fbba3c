import t from 'tap'
import { launch, noBrowser, openDashboard, openShop } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('an order and a product show their metadata, as text', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const productId = (await shop.makeProduct('Walnut lamp')) ?? ''
  await shop.call('PATCH', `/products/${productId}`, { metadata: { color: '<b>walnut</b>' } })
  const metadata = { gift: true, card: { text: 'For Ada' }, slot: 'Monday' }
  const order = await shop.call<{ id: string }>('POST', '/orders', { productId, quantity: 1, metadata })
  const bare = await shop.call<{ id: string }>('POST', '/orders', { productId, quantity: 1 })

  const { page, faults } = await openDashboard(browser, shop, `#/orders/${order.body.id}`)
  const section = page.getByRole('dialog').locator('.metadata')
  await section.waitFor()
  t.same(await section.locator('dt').allInnerTexts(), ['gift', 'card', 'slot'])
  t.same(await section.locator('dd').allInnerTexts(), ['true', '{"text":"For Ada"}', 'Monday'])

  await page.goto(`${page.url().split('#')[0]}#/orders/${bare.body.id}`)
  await page.getByRole('dialog').getByText(bare.body.id).waitFor()
  t.equal(await section.count(), 0, 'nothing of an order without any')

  await page.goto(`${page.url().split('#')[0]}#/inventory/${productId}`)
  await section.waitFor()
  t.same(await section.locator('dd').allInnerTexts(), ['<b>walnut</b>'])
  t.same(faults, [])
})
