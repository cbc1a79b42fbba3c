import t from 'tap'
import {
  faultsOf,
  launch,
  noBrowser,
  openDashboard,
  openShop,
  PATIENCE_MS,
  sessionCookies,
  until,
} from '../helpers/browser.js'

/** Each would set `window.ran` or leave the page if interpreted as markup. */
const HOSTILE = [
  '<img src=x onerror="window.ran=1">',
  '</script><script>window.ran=1</script>',
  '<svg onload=window.ran=1>',
  '" autofocus onfocus="window.ran=1',
  '<a href="javascript:window.ran=1">here</a>',
]

t.test('text that looks like markup is shown as text', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const ids = []
  for (const name of HOSTILE) ids.push(await shop.makeProduct(name, 5))
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/inventory')
  const ran = () => page.evaluate('window.ran')
  await page
    .locator('.rows .product')
    .nth(HOSTILE.length - 1)
    .waitFor()
  t.same(await page.locator('.rows .product').allInnerTexts(), HOSTILE.toReversed())
  for (const [i, id] of ids.entries()) {
    const order = await shop.order(id)
    await page.goto(`${shop.server.url}/admin#/orders/${order}`)
    await page
      .getByRole('dialog')
      .getByText(HOSTILE[i] ?? '')
      .first()
      .waitFor()
    await page.goto(`${shop.server.url}/admin#/inventory/${id}`)
    await until(async () => (await page.getByRole('dialog').getByLabel('Name').inputValue()) === HOSTILE[i])
  }
  t.equal(await page.locator('main img, main script, main a[href^="javascript"]').count(), 0)

  // Any id is a single path segment.
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(`${shop.server.url}/admin#/orders/${encodeURIComponent('../auth/sessions?x=')}`)
  await page.waitForResponse((answer) => answer.url().includes('/orders/..'))
  t.ok(asked.includes(`/orders/${encodeURIComponent('../auth/sessions?x=')}`), `${asked}`)
  t.notOk(asked.includes('/auth/sessions'))
  t.equal(await ran(), undefined)
  t.same(faults, [])
  await context.close()
})

t.test(
  'the password field hides its text, and accepts a password manager',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    const browser = await launch(t)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const faults = faultsOf(page)
    await page.goto(`${shop.server.url}/admin`)
    const field = page.getByLabel('Password')
    t.equal(await field.getAttribute('type'), 'password')
    t.equal(await field.getAttribute('autocomplete'), 'current-password')
    t.equal(await page.getByLabel('Email').getAttribute('autocomplete'), 'username')
    await field.focus()
    await page.keyboard.insertText('as if it were pasted')
    t.equal(await field.inputValue(), 'as if it were pasted')
    const isPasted = await page.evaluate(
      `document.activeElement.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }))`,
    )
    t.equal(isPasted, true, 'pasting is allowed')
    t.same(faults, [])
  },
)

t.test(
  'signing out leaves nothing of the shop in the page or the browser',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    await shop.makeProduct('Walnut desk lamp')
    const browser = await launch(t)
    const { page, context } = await openDashboard(browser, shop, '#/inventory')
    await page.locator('.rows .product').getByText('Walnut desk lamp').waitFor()
    await page.evaluate(`localStorage.setItem('kept', 'by a page')`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.waitForFunction('localStorage.length === 0')
    const left = await page.evaluate(
      `document.documentElement.outerHTML + JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])`,
    )
    for (const text of ['Walnut', 'boss@shop.test', 'eyJ']) t.notOk(String(left).includes(text), text)
    t.same(await sessionCookies(context), [])
    await context.close()
  },
)
