import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { parseMail } from './mail.js'
import { fetchPatiently, PATIENCE_MS } from './patience.js'
import { startServer } from './process.js'

const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium'
const required = process.env.REQUIRE_SERVICES === '1'

/** Why browser tests are skipped; false if they run. */
export const noBrowser =
  !required &&
  !existsSync(EXECUTABLE) &&
  `!!! No Chromium at ${EXECUTABLE}: the dashboard was not tested. !!!`
if (noBrowser) console.error(`\n  ${noBrowser}\n`)

const ARGS = `--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --force-prefers-reduced-motion`.split(/\s+/)

export { PATIENCE_MS }

export const admin = { email: 'boss@shop.test', password: 'the boss of all this' }
export const customer = { name: 'Ada', email: 'ada@shop.test', password: 'analytical engine' }

/** Polls from outside the page until `holds`: the page's policy forbids polling scripts. */
export async function until(holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(`timed out after ${patienceMs} ms waiting for: ${holds}`)
    await sleep(20)
  }
}

/** Launches a browser with additional command-line options, closed when the test ends. */
export async function launch(t: Test, ...options: string[]): Promise<Browser> {
  const args = [...ARGS, ...options]
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args, timeout: PATIENCE_MS })
  t.teardown(() => browser.close())
  return browser
}

/** Collects script errors and CSP violations of a page. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text())
  })
  return faults
}

/** Starts a server process with the admin above and provides calls to its API. */
export async function openShop(t: Test, env: Record<string, string> = {}) {
  const dir = t.testdir()
  const settings = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...env }
  const server = await startServer(t, dir, settings)
  const shop = { server, call, makeProduct, order, restart, signUp, linkTo }
  const json = { 'content-type': 'application/json' }
  let token = ''

  async function call<T = unknown>(method: string, path: string, body?: object, headers: object = {}) {
    const answer = await fetchPatiently(shop.server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && json), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`)
    return { body: (text ? JSON.parse(text) : undefined) as T, etag: answer.headers.get('etag') ?? '' }
  }
  /** @returns the id of the new product. */
  async function makeProduct(name: string, stock = 100, price = 19.99): Promise<string> {
    return (await call<{ id: string }>('POST', '/products', { name, price, stock })).body.id
  }
  /** Places an order as the admin. @returns its id. */
  async function order(productId: string, quantity = 1): Promise<string> {
    return (await call<{ id: string }>('POST', '/orders', { productId, quantity })).body.id
  }
  async function signUp(): Promise<void> {
    await call('POST', '/auth/register', customer)
  }
  /** Returns the address of the page at the newest mailed link to `page`, once `count` mails to `email` have one. */
  async function linkTo(page: 'reset' | 'verify', email: string, count = 1): Promise<string> {
    const folder = join(dir, 'data/mail')
    const links = () =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .filter((name) => name.endsWith('.eml'))
        .sort()
        .map((name) => parseMail(readFileSync(join(folder, name), 'utf8')))
        .filter(({ to }) => to === email)
        .flatMap(({ text }) => new RegExp(`/admin/#/${page}/\\S+`).exec(text) ?? [])
    await until(async () => links().length >= count)
    return shop.server.url + links().at(-1)
  }
  /** Stops the server, runs `meanwhile`, and starts it again on the same address. */
  async function restart(meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
    const PORT = new URL(shop.server.url).port
    await shop.server.stop()
    await meanwhile()
    shop.server = await startServer(t, dir, { ...settings, PORT })
  }

  const { body } = await call<{ accessToken: string }>('POST', '/auth/login', admin)
  token = body.accessToken
  return shop
}

export type Shop = Awaited<ReturnType<typeof openShop>>

/** Fills in and submits the sign-in form. */
export async function submitSignIn(page: Page, { email, password } = admin): Promise<void> {
  // Exact: the account page has other fields for an email address.
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Opens an empty page with the patience of tests, and collects its faults (see faultsOf). */
export async function openPage(browser: Browser | BrowserContext) {
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  return { page, faults: faultsOf(page) }
}

/** Opens `address` as a link in a mail does: as a page of its own. */
export async function follow(page: Page, address: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(address)
}

/** Requests the link to reset the password of `email`, beginning at the sign-in. */
export async function forgetPassword(page: Page, shop: Shop, email: string): Promise<void> {
  await follow(page, `${shop.server.url}/admin`)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
}

/** Opens a page of `browser` at `place`, with `user` signed in and the live stream connected. */
export async function openDashboard(
  browser: Browser,
  shop: Shop,
  place = '#/orders',
  options = {},
  user = admin,
) {
  const context = await browser.newContext(options)
  const { page, faults } = await openPage(context)
  await page.goto(`${shop.server.url}/admin${place}`)
  await submitSignIn(page, user)
  await page.locator('.badge.live').waitFor()
  return { page, context, faults }
}

/** Returns the cookies of `context` except the device's, which outlives a sign-out: it only exempts from strangers' locks. */
export const sessionCookies = async (context: BrowserContext) =>
  (await context.cookies()).filter(({ name }) => name !== 'device_token')
