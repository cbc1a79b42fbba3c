import t from 'tap'
import {
  admin,
  customer,
  faultsOf,
  launch,
  noBrowser,
  openDashboard,
  openShop,
  PATIENCE_MS,
  sessionCookies,
  submitSignIn,
  until,
} from '../helpers/browser.js'

t.test('signing in and out of the dashboard', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  await shop.signUp()
  const browser = await launch(t)

  await t.test('a wrong password is reported, and the input is kept', async (t) => {
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const faults = faultsOf(page)
    await page.goto(`${shop.server.url}/admin`)
    await submitSignIn(page, { ...admin, password: 'not the password' })
    await page.getByRole('alert').getByText('Email or password is wrong.').waitFor()
    t.equal(await page.getByLabel('Email').inputValue(), admin.email)
    t.equal(await page.getByLabel('Password').inputValue(), 'not the password')
    await submitSignIn(page)
    await page.getByRole('heading', { name: 'Orders' }).waitFor()
    t.same(faults, [])
    await page.close()
  })

  await t.test('an admin returns without signing in, and signs out in every tab', async (t) => {
    const { page, context, faults } = await openDashboard(browser, shop)
    t.equal(await page.evaluate('document.cookie'), '', 'no script sees a long-lived token')
    const second = await context.newPage()
    second.setDefaultTimeout(PATIENCE_MS)
    await second.goto(`${shop.server.url}/admin#/pulse`)
    await second.locator('.badge.live').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    for (const tab of [page, second]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor()
    t.same(await sessionCookies(context), [])
    t.same(faults, [])
    await context.close()
  })

  await t.test('a customer is told that the dashboard is for admins, and can sign out', async (t) => {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`${shop.server.url}/admin`)
    await submitSignIn(page, customer)
    await page.getByRole('heading', { name: 'This page is for admins and staff' }).waitFor()
    t.match(await page.locator('main').innerText(), /signed in as Ada.*customer’s account/s)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await context.close()
  })

  await t.test('the access token is renewed before it expires, and the connection stays open', async (t) => {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    // A token with a reported lifetime of six seconds is renewed after three.
    await page.route('**/auth/login', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), expiresIn: 6 } })
    })
    const renewals = new Promise((resolve) =>
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => String(payload).includes('auth:renew') && resolve(true)),
      ),
    )
    await page.goto(`${shop.server.url}/admin`)
    const refreshed = page.waitForResponse((answer) => answer.url().endsWith('/auth/refresh') && answer.ok())
    await submitSignIn(page)
    await page.locator('.badge.live').waitFor()
    await refreshed
    t.ok(await renewals, 'the connection received the new token')
    t.equal(await page.locator('.badge').innerText(), 'Live')
    await context.close()
  })

  await t.test('an ended session asks for a new sign-in, and keeps the input', async (t) => {
    const product = await shop.makeProduct('Oak stool')
    const { page, context, faults } = await openDashboard(browser, shop, `#/inventory/${product}`)
    await until(async () => (await page.getByLabel('Price').inputValue()) !== '')
    await page.getByLabel('Price').fill('77.70')
    const { body } = await shop.call<{ items: { id: string; current: boolean }[] }>('GET', '/auth/sessions')
    for (const { id, current } of body.items) if (!current) await shop.call('DELETE', `/auth/sessions/${id}`)
    await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.locator('.badge.live').waitFor()
    t.equal(await page.getByLabel('Price').inputValue(), '77.70')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    t.match((await shop.call('GET', `/products/${product}`)).body, { price: 77.7 })
    t.same(faults, [])
    await context.close()
  })
})

t.test(
  'a sign-in over plain HTTP in production explains why it does not last',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, {
      NODE_ENV: 'production',
      JWT_SECRET: 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK',
      BCRYPT_COST: '10',
    })
    const browser = await launch(t, '--host-resolver-rules=MAP shop.test 127.0.0.1')
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`http://shop.test:${new URL(shop.server.url).port}/admin`)
    await submitSignIn(page)
    await page.getByRole('alert').getByText('its https:// address').waitFor()
    t.equal(await page.getByLabel('Email').inputValue(), admin.email)
    t.match(shop.server.output(), /"origin":"http:\/\/shop\.test:\d+".*plain HTTP/)
  },
)
