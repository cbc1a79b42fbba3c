import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import t from 'tap'
import { admin, launch, noBrowser, openShop, PATIENCE_MS } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const TABS = 3
const REQUESTS = 4

/** Returns the client as a script for pages, which defines `stockroom`. */
async function clientScript(): Promise<string> {
  const bundle = await rolldown({ input: 'src/client/index.ts', cwd: root, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'stockroom' })
  return output[0].code
}

/** Reads the caller in the page, several times at once. @returns the statuses */
const readAtOnce = (page: Page): Promise<number[]> =>
  page.evaluate(
    `Promise.all(Array.from({ length: ${REQUESTS} }, async () => (await shop.GET('/auth/me')).response.status))`,
  )

for (const auth of ['cookies', 'tokens'] as const)
  t.test(`tabs refresh a session one at a time, by ${auth}`, { skip: noBrowser }, async (t) => {
    const shop = await openShop(t, noRateLimits)
    // The page is an answer of the API, whose policy lets no script run.
    const context = await (await launch(t)).newContext({ bypassCSP: true })
    context.setDefaultTimeout(PATIENCE_MS)
    await context.addInitScript({
      content: `${await clientScript()}
        globalThis.storage = {
          load: () => JSON.parse(localStorage.getItem('tokens') ?? 'null') ?? undefined,
          save: (tokens) => localStorage.setItem('tokens', JSON.stringify(tokens ?? null)),
        }
        globalThis.shop = stockroom.createClient({ url: location.origin, auth: '${auth}', storage })`,
    })
    const pages = await Promise.all(Array.from({ length: TABS }, () => context.newPage()))
    await Promise.all(pages.map((page) => page.goto(`${shop.server.url}/config`)))
    let [inFlight, overlaps, refreshes] = [0, 0, 0]
    await context.route('**/auth/refresh', async (route) => {
      refreshes++
      if (++inFlight > 1) overlaps++
      await sleep(50)
      const response = await route.fetch()
      inFlight--
      await route.fulfill({ response })
    })
    const [first] = pages
    await first?.evaluate(`shop.signIn(${JSON.stringify(admin)})`)

    for (let round = 1; round <= 3; round++) {
      // As when the access token has expired.
      if (auth === 'cookies') await context.clearCookies({ name: 'access_token' })
      else await first?.evaluate('storage.save({ ...storage.load(), accessToken: "expired" })')
      const statuses = await Promise.all(pages.map(readAtOnce))
      t.same(statuses.flat(), Array(TABS * REQUESTS).fill(200), `round ${round}`)
      t.ok(refreshes >= round && refreshes <= TABS * round, `${refreshes} refreshes`)
    }
    t.comment(`${refreshes} refreshes`)
    t.equal(overlaps, 0)
  })
