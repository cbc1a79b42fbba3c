import type { Page } from 'playwright-core'
import t from 'tap'
import {
  customer,
  follow,
  forgetPassword,
  launch,
  noBrowser,
  openPage,
  openShop,
  submitSignIn,
  until,
} from '../helpers/browser.js'
import { codeOf } from '../helpers/mfa.js'
import { noRateLimits } from '../helpers/process.js'

const ada = { email: customer.email, password: 'nine lamps and a ladder' }

/** Adds an authenticator to the browser, which verifies its user without asking. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

t.test(
  'the life of an account, from its registration to the last sign-out',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, noRateLimits)
    // Browsers bind passkeys to a name, and refuse an address.
    const origin = `http://localhost:${new URL(shop.server.url).port}`
    const browser = await launch(t)
    const { page, faults } = await openPage(browser)
    await addAuthenticator(page)
    const followHere = (link: string) => follow(page, link.replace(shop.server.url, origin))
    const region = (name: string) => page.getByRole('region', { name, exact: true })
    const dialog = page.getByRole('dialog')
    const signOut = async () => {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    }
    let recoveryCodes: string[] = []

    await t.test('registered, verified by the mailed link elsewhere, and made staff', async (t) => {
      await shop.signUp()
      await followHere(await shop.linkTo('verify', ada.email))
      await page.getByText(/set a new password in the next step/).waitFor()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText(/^Your email address is confirmed\./).waitFor()
      await page.reload()
      await page.getByText(/^Your email address is confirmed\./).waitFor()
      await page.getByLabel('New password').fill('the first of two passwords')
      await page.getByRole('button', { name: 'Set password' }).click()
      await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
      const { body } = await shop.call<{ items: { id: string; emailVerified: boolean }[] }>(
        'GET',
        '/users?q=ada',
      )
      t.match(body.items, [{ emailVerified: true }])
      await shop.call('PATCH', `/users/${body.items[0]?.id}`, { role: 'staff' })
    })

    await t.test('the forgotten password is reset by the mailed link', async (t) => {
      await forgetPassword(page, shop, ada.email)
      await followHere(await shop.linkTo('reset', ada.email))
      await page.getByLabel('New password').fill(ada.password)
      await page.getByRole('button', { name: 'Set password' }).click()
      await page.getByRole('link', { name: /^To the dashboard/ }).click()
      await submitSignIn(page, ada)
      await page.locator('.badge.live').waitFor()
      t.pass()
    })

    await t.test('with codes of an app on, a sign-in takes one', async (t) => {
      await page.getByRole('link', { name: /^Account of/ }).click()
      await region('Two-step sign-in').getByRole('button', { name: 'Set up an app…' }).click()
      await dialog.getByLabel('Your password').fill(ada.password)
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await dialog.getByLabel('Code of the app').fill(codeOf(await dialog.locator('.secret').innerText()))
      await dialog.getByRole('button', { name: 'Turn on' }).click()
      await dialog.locator('.codes li').nth(9).waitFor()
      recoveryCodes = await dialog.locator('.codes li').allInnerTexts()
      await dialog.getByRole('button', { name: 'I have kept them' }).click()
      await dialog.waitFor({ state: 'detached' })
      await signOut()
      await submitSignIn(page, ada)
      await page.getByLabel('Code').fill(recoveryCodes[0] ?? '')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.locator('.badge.live').waitFor()
      t.equal(recoveryCodes.length, 10)
    })

    await t.test('a passkey is added, and signs in without password and code', async (t) => {
      const passkeys = region('Passkeys')
      await passkeys.getByText('You have none.').waitFor()
      await passkeys.getByRole('button', { name: 'Add passkey…' }).click()
      await dialog.getByLabel('Name').fill('Laptop')
      await dialog.getByLabel('Your password').fill(ada.password)
      await dialog.getByRole('button', { name: 'Add passkey' }).click()
      await passkeys.getByText('Laptop').waitFor()
      await signOut()
      await submitSignIn(page, ada)
      await page.getByLabel('Code').waitFor()
      t.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 1)
      await page.getByRole('button', { name: 'Back' }).click()
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.locator('.badge.live').waitFor()
      await page.getByRole('link', { name: 'Account of Ada' }).waitFor()
      t.match(await passkeys.innerText(), /Laptop/)
    })

    await t.test('a removed passkey signs in no more', async (t) => {
      await region('Passkeys').getByRole('button', { name: 'Remove Laptop' }).click()
      await dialog.getByLabel('Your password').fill(ada.password)
      await dialog.getByRole('button', { name: 'Remove passkey' }).click()
      await region('Passkeys').getByText('You have none.').waitFor()
      await signOut()
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.getByRole('alert').waitFor()
      t.equal(await page.locator('.badge').count(), 0)
    })

    await t.test('every other session is ended at once, and then the own', async (t) => {
      const context = await browser.newContext()
      const { page: second } = await openPage(context)
      const tabs = [
        { tab: page, at: origin, code: recoveryCodes[1] },
        { tab: second, at: shop.server.url, code: recoveryCodes[2] },
      ]
      for (const { tab, at, code = '' } of tabs) {
        await tab.goto(`${at}/admin#/account`)
        await submitSignIn(tab, ada)
        await tab.getByLabel('Code').fill(code)
        await tab.getByRole('button', { name: 'Continue' }).click()
        await tab.locator('.badge.live').waitFor()
      }
      await page.reload()
      await region('Sessions').getByRole('button', { name: 'End all others' }).click()
      await second.getByRole('heading', { name: 'Sign in again' }).waitFor()
      await until(async () => (await region('Sessions').getByRole('listitem').count()) === 1)
      await signOut()
      t.equal((await page.request.get(`${origin}/auth/me`)).status(), 401)
      await context.close()
    })
    t.same(faults, [])
  },
)
