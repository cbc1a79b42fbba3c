import type { Page, Route } from 'playwright-core'

/** An answer in place of the server's. */
interface Reply {
  status: number
  json: object
}

/** Answers with a value. */
export const answer = (json: object): Reply => ({ status: 200, json })

/** Answers with a problem. */
export const refuse = (status: number, code: string, more: object = {}): Reply => ({
  status,
  json: { type: `/problems/${code}`, title: 'x', status, instance: 'req-7', ...more },
})

export const failed = refuse(500, 'internal-error')
export const missing = refuse(404, 'not-found')

/** What the page says of a request that was answered with `failed`. */
export const FAILED = /It was noted there as req-7/

/** A change of the server's answer. */
type Change = (real: Record<string, unknown>) => object

/** A state of the dashboard that a person may see. */
export interface State {
  /** Unique. */
  name: string
  /** The address after /admin. */
  place: string
  /** How requests are answered, by their paths as globs; `held`: not at all. */
  answers?: Record<string, Reply | Change | 'held'>
  /** Leads from the page to the state. */
  open?: (page: Page) => Promise<unknown>
  /** A text of the state. */
  shows: string | RegExp
  /** The file in src/dashboard whose dialog it is. */
  dialog?: string
}

async function reply(route: Route, chosen: Reply | Change | 'held'): Promise<void> {
  if (chosen === 'held') return // until the page is left
  if (typeof chosen !== 'function') return route.fulfill(chosen)
  const response = await route.fetch()
  return route.fulfill({ response, json: chosen(await response.json()) })
}

/** Brings `page` to a state, from no page. */
export async function show(page: Page, url: string, { place, answers = {}, open, shows }: State) {
  await page.goto('about:blank')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  for (const [path, chosen] of Object.entries(answers))
    await page.route(path, (route) => reply(route, chosen))
  await page.goto(`${url}/admin${place}`)
  await open?.(page)
  await page.getByText(shows).filter({ visible: true }).first().waitFor()
}
