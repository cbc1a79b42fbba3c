import type { Page } from 'playwright-core'
import t from 'tap'
import { launch, noBrowser, openPage, openShop, submitSignIn } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('the start of the dashboard', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const context = await (await launch(t)).newContext()

  /** Opens the dashboard, and collects its requests for a session and what the browser reports of it. */
  async function open(place = '') {
    const { page } = await openPage(context)
    const refreshes: string[] = []
    const reported: string[] = []
    page.on('request', (request) => request.url().endsWith('/auth/refresh') && refreshes.push(request.url()))
    page.on('console', (message) => reported.push(message.text()))
    await page.goto(`${shop.server.url}/admin${place}`)
    return { page, refreshes, reported }
  }
  const signIn = (page: Page) => page.getByRole('heading', { name: 'Sign in' }).waitFor()
  const live = (page: Page) => page.locator('.badge.live').waitFor()

  await t.test('a browser that has not signed in asks for no session, and reports no error', async (t) => {
    const { page, refreshes, reported } = await open()
    await signIn(page)
    await page.waitForLoadState('networkidle')
    t.same(refreshes, [])
    t.same(reported, [])
    await submitSignIn(page)
    await live(page)
    await page.close()
  })

  await t.test('one that has does not sign in again', async (t) => {
    const { page, refreshes } = await open()
    await live(page)
    t.equal(refreshes.length, 1)
    await page.close()
  })

  await t.test('a session is found by a link where the browser has lost what the page stored', async (t) => {
    const { page, refreshes } = await open()
    await live(page)
    await page.evaluate('localStorage.clear()')
    await page.goto('about:blank')
    await page.goto(`${shop.server.url}/admin#/inventory`)
    await live(page)
    t.equal(refreshes.length, 2)
    await page.evaluate('localStorage.clear()')
    await page.goto('about:blank')
    await page.goto(`${shop.server.url}/admin`)
    await signIn(page)
    await submitSignIn(page)
    await live(page)
    await page.close()
  })

  await t.test('a session that ended elsewhere is asked for once, and one that was left never', async (t) => {
    await context.clearCookies()
    const ended = await open()
    await signIn(ended.page)
    t.equal(ended.refreshes.length, 1)
    const later = await open()
    await signIn(later.page)
    t.same(later.refreshes, [])
    await submitSignIn(later.page)
    await live(later.page)
    await later.page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(later.page)
    const left = await open()
    await signIn(left.page)
    t.same(left.refreshes, [])
  })
})
