import { readFileSync } from 'node:fs'
import t from 'tap'
import { admin, launch, noBrowser, openDashboard, openShop, submitSignIn, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const NEW_EMAIL = 'king@shop.test'
const renamed = { ...admin, email: NEW_EMAIL }
const NEW_PASSWORD = 'nine lamps and a ladder'

t.test("the signed-in user's account", { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/account')
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const section = (name: string) => page.getByRole('region', { name, exact: true })
  const dialog = page.getByRole('dialog')
  /** The status of a request with `key`. */
  const statusFor = async (key: string, path = '/orders') =>
    (await fetch(shop.server.url + path, { headers: { authorization: `Bearer ${key}` } })).status

  await t.test('the name is changed, and shown in the menu', async (t) => {
    await section('Profile').getByLabel('Name').fill('')
    await section('Profile').getByRole('button', { name: 'Save name' }).click()
    await section('Profile')
      .getByText(/^Name must/)
      .waitFor()
    await section('Profile').getByLabel('Name').fill('Ada King')
    await section('Profile').getByRole('button', { name: 'Save name' }).click()
    await section('Profile').getByText('Your name is saved.').waitFor()
    await page.getByRole('link', { name: 'Account of Ada King' }).waitFor()
    t.match((await shop.call('GET', '/auth/me')).body, { name: 'Ada King' })
  })

  await t.test('all that is kept of the user is downloaded as a file', async (t) => {
    const download = page.waitForEvent('download')
    await section('Your data').getByRole('button', { name: 'Download' }).click()
    const file = await download
    t.equal(file.suggestedFilename(), 'stockroom-account.json')
    t.match(JSON.parse(readFileSync(await file.path(), 'utf8')), { profile: { email: admin.email } })
  })

  await t.test('a new email address counts once its link was followed', async (t) => {
    const email = section('Email')
    await email.getByLabel('New email').fill(NEW_EMAIL)
    await email.getByLabel('Your password').fill('not the password')
    await email.getByRole('button', { name: 'Change email' }).click()
    await email.getByText('Your password is wrong.').waitFor()
    await email.getByLabel('Your password').fill(admin.password)
    await email.getByRole('button', { name: 'Change email' }).click()
    await email.getByText(`A link is on its way to ${NEW_EMAIL}.`).waitFor()
    t.match((await shop.call('GET', '/auth/me')).body, { email: admin.email })
    await page.goto(await shop.linkTo('verify', NEW_EMAIL))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'Your email address is confirmed' }).waitFor()
    await page.getByRole('link', { name: /^To the dashboard/ }).click()
    await page.getByRole('link', { name: /^Account of/ }).click()
    await email.getByText(NEW_EMAIL).waitFor()
    t.match((await shop.call('GET', '/auth/me')).body, { email: NEW_EMAIL })
  })

  await t.test('API keys are made, shown once, rotated and deleted', async (t) => {
    const keys = section('API keys')
    await keys.getByText('There are none.').waitFor()
    await keys.getByRole('button', { name: 'Create key…' }).click()
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await dialog.getByText('Choose what the program may do.').waitFor()
    await dialog.getByLabel('Name').fill('Warehouse scanner')
    await dialog.getByLabel('orders:read').check()
    await dialog.getByLabel('Valid until').fill('2099-12-31')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await dialog.getByText('it is not shown again').waitFor()
    const key = await dialog.locator('.secret').innerText()
    t.match(key, /^sk_/)
    t.equal(await statusFor(key), 200)
    await dialog.getByRole('button', { name: 'Copy' }).click()
    await dialog.getByText('Copied').waitFor()
    t.equal(await page.evaluate('navigator.clipboard.readText()'), key)
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await keys.getByText(/Warehouse scanner/).waitFor()
    t.match(await keys.innerText(), /orders:read.*expires Dec 31/s)
    t.notOk((await page.content()).includes(key), 'it is gone from the page')

    await keys.getByRole('button', { name: 'Rotate Warehouse scanner' }).click()
    await dialog.getByLabel('How long the previous key stays valid').selectOption('Not at all')
    await dialog.getByRole('button', { name: 'Rotate key' }).click()
    await dialog.locator('.secret').waitFor()
    const next = await dialog.locator('.secret').innerText()
    t.not(next, key)
    t.equal(await statusFor(next), 200)
    await until(async () => (await statusFor(key)) === 401)
    await dialog.getByRole('button', { name: 'Done' }).click()

    await keys.getByRole('button', { name: 'Delete Warehouse scanner' }).click()
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    await keys.getByRole('button', { name: 'Delete Warehouse scanner' }).click()
    await dialog.getByRole('button', { name: 'Delete the key' }).click()
    await keys.getByText('There are none.').waitFor()
    await until(async () => (await statusFor(next)) === 401)
  })

  await t.test('a session of another browser is ended', async (t) => {
    const other = await openDashboard(browser, shop, '#/account', {}, renamed)
    const sessions = section('Sessions')
    await page.reload()
    const entries = sessions.getByRole('listitem')
    await entries.nth(2).waitFor() // of both browsers and of the program that runs this test
    t.equal(await sessions.getByText('This one').count(), 1)
    await entries
      .filter({ hasText: 'Chrome on Linux' })
      .getByRole('button', { name: /^End the session/ })
      .click()
    await other.page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    await until(async () => (await entries.count()) === 2)
    await other.context.close()
  })

  await t.test('a wrong or a common password is reported at its field, and is one guess', async (t) => {
    const password = section('Password')
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/auth/password')) asked++
    })
    await password.getByLabel('Current password').fill('not the password')
    await password.getByLabel('New password').fill(NEW_PASSWORD)
    await password.getByRole('button', { name: 'Change password' }).click()
    await password.getByText('Current password is wrong.').waitFor()
    t.equal(asked, 1)
    await password.getByLabel('Current password').fill(admin.password)
    await password.getByLabel('New password').fill('password1')
    await password.getByRole('button', { name: 'Change password' }).click()
    await password.getByText(/^New password must not be a common password/).waitFor()
    t.equal(await password.getByLabel('Current password').inputValue(), admin.password, 'the input is kept')
  })

  await t.test('a new password ends the other sessions', async (t) => {
    const other = await openDashboard(browser, shop, '#/orders', {}, renamed)
    const password = section('Password')
    await password.getByLabel('New password').fill(NEW_PASSWORD)
    await password.getByRole('button', { name: 'Change password' }).click()
    await password.getByText('Your password is changed').waitFor()
    t.equal(await password.getByLabel('New password').inputValue(), '')
    await other.page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    await other.context.close()
    await page.reload()
    await page.locator('.badge.live').waitFor()
    await section('Sessions').getByText('This one').waitFor()
    t.equal(await section('Sessions').getByRole('listitem').count(), 1)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await submitSignIn(page, { ...renamed, password: NEW_PASSWORD })
    await page.locator('.badge.live').waitFor()
  })
  t.same(faults, [])
  await context.close()
})
