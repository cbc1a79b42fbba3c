import qrcode from 'qrcode-generator'
import t from 'tap'
import { violations } from '../helpers/axe.js'
import { admin, launch, noBrowser, openDashboard, openShop, submitSignIn, until } from '../helpers/browser.js'
import { codeOf, wrongCodeOf } from '../helpers/mfa.js'
import { noRateLimits } from '../helpers/process.js'

/** Seconds for which a code is shown. A code is accepted a step early too, so a test need not wait for it. */
const STEP_MS = 30_000

/** The path of a QR code's dark modules, as SVG. */
function pathOf(text: string): string {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const sides = Array.from({ length: code.getModuleCount() }, (_, i) => i)
  return sides
    .flatMap((y) => sides.filter((x) => code.isDark(y, x)).map((x) => `M${x} ${y}h1v1h-1z`))
    .join('')
}

t.test('two-step sign-in', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/account')
  const section = page.getByRole('region', { name: 'Two-step sign-in' })
  const dialog = page.getByRole('dialog')
  let secret = ''
  let recoveryCodes: string[] = []

  await t.test(
    'codes are turned on with the password and a code, and recovery codes shown once',
    async (t) => {
      await section.getByRole('button', { name: 'Set up an app…' }).click()
      await dialog.getByLabel('Your password').fill('not the password')
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await dialog.getByText('Your password is wrong.').waitFor()
      await dialog.getByLabel('Your password').fill(admin.password)
      const answer = page.waitForResponse((response) => response.url().endsWith('/mfa/totp') && response.ok())
      await dialog.getByRole('button', { name: 'Continue' }).click()
      const { uri } = (await (await answer).json()) as { uri: string }
      secret = await dialog.locator('.secret').innerText()
      t.match(uri, secret)
      t.equal(await dialog.getByRole('img').locator('path').getAttribute('d'), pathOf(uri))

      t.same(await violations(page), [])
      await dialog.getByLabel('Code of the app').fill(wrongCodeOf(secret))
      await dialog.getByRole('button', { name: 'Turn on' }).click()
      await dialog.getByText(/^Code of the app is wrong/).waitFor()
      const code = codeOf(secret)
      await dialog.getByLabel('Code of the app').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
      await dialog.getByRole('button', { name: 'Turn on' }).click()
      await dialog.locator('.codes li').nth(9).waitFor()
      recoveryCodes = await dialog.locator('.codes li').allInnerTexts()
      t.equal(new Set(recoveryCodes).size, 10)
      t.same(await violations(page), [])
      for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
      await dialog.locator('.codes').waitFor() // Escape does not lose them
      await dialog.getByRole('button', { name: 'I have kept them' }).click()
      await section.getByText(/^On:/).waitFor()
      await dialog.waitFor({ state: 'detached' })
      await section.getByRole('button', { name: 'Turn codes off…' }).waitFor()
      t.equal(await section.getByRole('button', { name: 'Set up an app…' }).count(), 0)
      await section.getByText('10 recovery codes are left.').waitFor()
    },
  )

  await t.test('a sign-in takes a code after the password', async (t) => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await submitSignIn(page)
    await until(() => page.evaluate(`document.activeElement.autocomplete === 'one-time-code'`))
    t.same(await violations(page), [])
    t.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0, 'there is none')
    await page.getByLabel('Code').fill(wrongCodeOf(secret))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').getByText('This code is wrong, or was used already.').waitFor()
    await page.getByLabel('Code').fill(codeOf(secret, Date.now() + STEP_MS))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('.badge.live').waitFor()
  })

  await t.test('a recovery code replaces a code, once', async (t) => {
    const [code = ''] = recoveryCodes
    for (const isGood of [true, false]) {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await submitSignIn(page)
      await page.getByLabel('Code').fill(code)
      await page.getByRole('button', { name: 'Continue' }).click()
      if (isGood) await page.locator('.badge.live').waitFor()
      else await page.getByRole('alert').waitFor()
      if (!isGood) break
    }
    t.equal(await page.locator('.badge').count(), 0)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByLabel('Password').waitFor()
  })

  await t.test('a second step that took too long begins again, with the email kept', async (t) => {
    await page.route('**/auth/login/mfa', (route) => {
      const problem = { type: '/problems/invalid-token', title: 'The token is not valid', status: 401 }
      return route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      })
    })
    await submitSignIn(page)
    await page.getByLabel('Code').fill('123456')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').getByText('That took too long: begin again.').waitFor()
    t.equal(await page.getByLabel('Email').inputValue(), admin.email)
    await page.unrouteAll()
  })

  await t.test('new recovery codes replace the earlier ones', async (t) => {
    await submitSignIn(page)
    await page.getByLabel('Code').fill(recoveryCodes[1] ?? '')
    await page.getByRole('button', { name: 'Continue' }).click()
    await section.getByText('8 recovery codes are left.').waitFor()
    await section.getByRole('button', { name: 'New recovery codes…' }).click()
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Make new codes' }).click()
    await dialog.getByText('Your password is wrong.').waitFor()
    await dialog.getByLabel('Your password').fill(admin.password)
    await dialog.getByRole('button', { name: 'Make new codes' }).click()
    await dialog.getByText('code is required while codes of an app are on').waitFor()
    await dialog.getByLabel('Code').fill(recoveryCodes[1] ?? '')
    await dialog.getByRole('button', { name: 'Make new codes' }).click()
    await dialog.getByText(/^Code is wrong, or was used/).waitFor()
    t.same(await violations(page), [])
    await dialog.getByLabel('Code').fill(recoveryCodes[2] ?? '')
    await dialog.getByRole('button', { name: 'Make new codes' }).click()
    await dialog.locator('.codes li').nth(9).waitFor()
    const before = recoveryCodes
    recoveryCodes = await dialog.locator('.codes li').allInnerTexts()
    t.equal(new Set([...before, ...recoveryCodes]).size, 20)
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
    await section.getByText('10 recovery codes are left.').waitFor()
  })

  await t.test('codes are turned off with the password and a code', async (t) => {
    await section.getByRole('button', { name: 'Turn codes off…' }).click()
    await dialog.getByLabel('Your password').fill(admin.password)
    await dialog.getByLabel('Code').fill(wrongCodeOf(secret))
    await dialog.getByRole('button', { name: 'Turn off' }).click()
    await dialog.getByText(/^Code is wrong/).waitFor()
    await dialog.getByLabel('Code').fill(recoveryCodes[2] ?? '')
    await dialog.getByRole('button', { name: 'Turn off' }).click()
    await section.getByText(/^Off:/).waitFor()
    await until(async () => (await dialog.count()) === 0)
    await section.getByRole('button', { name: 'Set up an app…' }).waitFor()
    t.equal(await section.getByRole('button').count(), 1)
    t.match((await page.request.get(`${shop.server.url}/auth/me`)).status(), 200)
  })
  t.same(faults, [])
  await context.close()
})

t.test(
  'an admin of a shop that requires a second factor sets it up first',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, { ...noRateLimits, ADMIN_MFA: 'required' })
    const browser = await launch(t)
    const page = await browser.newPage()
    await page.goto(`${shop.server.url}/admin`)
    await submitSignIn(page)
    await page.getByRole('heading', { name: 'Set up two-step sign-in' }).waitFor()
    await page.getByLabel('Your password').fill(admin.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Code of the app').fill(codeOf(await page.locator('.secret').innerText()))
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.locator('.badge.live').waitFor()
    t.equal(await page.getByRole('heading', { name: 'Orders' }).count(), 1)
  },
)
