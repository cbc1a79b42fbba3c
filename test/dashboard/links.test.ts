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
import { noRateLimits } from '../helpers/process.js'

const NEW_PASSWORD = 'nine lamps and a ladder'

t.test('links in mails', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  await shop.signUp()
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.url()} ${request.headers().referer ?? ''}`))

  const forget = async (email: string) => {
    await forgetPassword(page, shop, email)
    return (await page.locator('main').innerText()).replace(email, '…')
  }

  await t.test('a forgotten password gets the same answer, whether there is an account', async (t) => {
    const known = await forget(customer.email)
    t.equal(await forget('nobody@shop.test'), known)
  })

  let address = ''
  await t.test('a customer sets a new password, and is told where to use it', async (t) => {
    address = await shop.linkTo('reset', customer.email)
    await follow(page, address)
    await page.getByLabel('New password').fill('password1')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText(/^New password must not be a common password/).waitFor()
    await page.getByLabel('New password').fill(NEW_PASSWORD)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
    const token = address.split('/').at(-1) ?? ''
    t.match(token, /^[\w-]{43}$/)
    t.notOk(page.url().includes(token), 'the used token is gone from the address')
    t.notOk(asked.join().includes(token), 'the token was in no address that was requested, and in no Referer')
  })

  await t.test('the new password signs in', async (t) => {
    await page.getByRole('link', { name: /^To the dashboard/ }).click()
    await submitSignIn(page, { ...customer, password: NEW_PASSWORD })
    await page.getByRole('heading', { name: 'This page is for admins and staff' }).waitFor()
    t.pass()
  })

  await t.test('a used or a malformed link leads to a new one', async (t) => {
    await follow(page, address)
    await page.getByLabel('New password').fill('another one of them')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    for (const token of ['', 'x', '%E0%A4%A']) {
      await follow(page, `${shop.server.url}/admin/#/reset/${token}`)
      if (token === 'x') {
        await page.getByLabel('New password').fill('another one of them')
        await page.getByRole('button', { name: 'Set password' }).click()
      }
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    }
    await page.getByRole('link', { name: 'Request a new link' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    await until(async () => (await page.title()) === 'Forgot your password? · Stockroom')
    t.pass()
  })
  t.same(faults, [])
})
