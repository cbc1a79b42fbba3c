import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { startServer } from '../process.js'

const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium'
const required = process.env.REQUIRE_SERVICES === '1'

/** Why browser tests are left out; false where they run. */
export const noBrowser =
  !required &&
  !existsSync(EXECUTABLE) &&
  `!!! No Chromium at ${EXECUTABLE}: the dashboard was not tested. !!!`
if (noBrowser) console.error(`\n  ${noBrowser}\n`)

const ARGS = `--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync`.split(/\s+/)

/** How long a busy machine may take over what takes moments. */
export const PATIENCE_MS = 90_000

export const admin = { email: 'boss@shop.test', password: 'the boss of all this' }
export const customer = { name: 'Ada', email: 'ada@shop.test', password: 'analytical engine' }

/** Polls until `holds`; the page's policy lets no test run a poll of its own in there. */
export async function until(holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`in ${patienceMs} ms it did not come to that: ${holds}`)
    await sleep(20)
  }
}

/** A browser of its own, closed when the test ends, with these options of the command line beside the usual ones. */
export async function launch(t: Test, ...options: string[]): Promise<Browser> {
  const args = [...ARGS, ...options]
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args, timeout: PATIENCE_MS })
  t.teardown(() => browser.close())
  return browser
}

/** What a page should not have: errors of its scripts, and what its policy refused. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text())
  })
  return faults
}

/** A server in a process of its own, with the admin above, and what a test asks of its API. */
export async function openShop(t: Test, env: Record<string, string> = {}) {
  const dir = t.testdir()
  const settings = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...env }
  const shop = { server: await startServer(t, dir, settings), call, makeProduct, order, restart, signUp }
  const json = { 'content-type': 'application/json' }
  let token = ''

  async function call<T = unknown>(method: string, path: string, body?: object, headers: object = {}) {
    const answer = await fetch(shop.server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && json), ...headers },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`)
    return { body: (text ? JSON.parse(text) : undefined) as T, etag: answer.headers.get('etag') ?? '' }
  }
  /** @returns the id of the new product. */
  async function makeProduct(name: string, stock = 100, price = 19.99): Promise<string> {
    return (await call<{ id: string }>('POST', '/products', { name, price, stock })).body.id
  }
  /** @returns the id of the new order, which the admin makes for themselves. */
  async function order(productId: string, quantity = 1): Promise<string> {
    return (await call<{ id: string }>('POST', '/orders', { productId, quantity })).body.id
  }
  async function signUp(): Promise<void> {
    await call('POST', '/auth/register', customer)
  }
  /** Ends the server, does something while it is away, and starts it at the same address. */
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

/** Fills in the form and sends it. */
export async function submitSignIn(page: Page, { email, password } = admin): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** A page of `browser` in which the admin has signed in, live, at that place. */
export async function openDashboard(browser: Browser, shop: Shop, place = '#/orders', options = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults = faultsOf(page)
  await page.goto(`${shop.server.url}/admin${place}`)
  await submitSignIn(page)
  await page.locator('.badge.live').waitFor()
  return { page, context, faults }
}
