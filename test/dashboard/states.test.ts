import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { ROOT } from '../../src/paths.js'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openPage, openShop } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'
import { statesOfAccount } from '../helpers/states/account.js'
import { statesOfDialogs } from '../helpers/states/dialogs.js'
import { statesOfGates } from '../helpers/states/gates.js'
import { statesOfPages } from '../helpers/states/pages.js'
import { fillShop } from '../helpers/states/shop.js'
import { type State, show } from '../helpers/states/state.js'
import { statesOfTrouble } from '../helpers/states/trouble.js'
import { startReceiver } from '../helpers/webhook-receiver.js'

const DASHBOARD = join(ROOT, 'src/dashboard')
const DIALOG = 'parts/dialog.tsx'

const light = { colorScheme: 'light', forcedColors: 'none' } as const
/** What differs in these is colours. */
const others = [
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
] as const

/** Visits each state, and checks it in every scheme of colours. */
async function check(t: Test, page: Page, url: string, states: State[]): Promise<void> {
  for (const state of states)
    await t.test(state.name, async (t) => {
      await page.emulateMedia(light)
      await show(page, url, state)
      t.same(await violations(page), [])
      for (const media of others) {
        await page.emulateMedia(media)
        t.same(await violations(page, ['color-contrast']), [], JSON.stringify(media))
      }
    })
}

t.test('every state of the dashboard is accessible', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { ...noRateLimits, WEBHOOK_ALLOW_PRIVATE: 'true' })
  const things = await fillShop(shop, await startReceiver(t))
  const { url } = shop.server
  const browser = await launch(t)
  const { page, context } = await openDashboard(browser, shop)
  const signedIn = [
    ...statesOfPages(things),
    ...statesOfDialogs(things),
    ...statesOfAccount,
    ...statesOfTrouble(shop, things),
  ]

  await t.test('every dialog is among them', async (t) => {
    const files = readdirSync(DASHBOARD, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.tsx') && name !== DIALOG)
      .filter((name) => /<Dialog\s/.test(readFileSync(join(DASHBOARD, name), 'utf8')))
    const shown = new Set(signedIn.flatMap(({ dialog }) => dialog ?? []))
    t.same(files.sort(), [...shown].sort())
    const names = signedIn.map(({ name }) => name)
    t.equal(new Set(names).size, names.length, 'no name stands for two states')
  })

  await t.test('a fault in one is found', async (t) => {
    await page.evaluate(`document.querySelector('h1').insertAdjacentHTML('afterend', '<button></button>')`)
    t.match(await violations(page), [/^button-name/])
    await page.evaluate(`document.querySelector('h1').style.opacity = 0.2`)
    t.match(await violations(page, ['color-contrast']), [/^color-contrast/])
  })

  await t.test('with a session', (t) => check(t, page, url, signedIn))
  await context.close()

  await t.test('without one', async (t) => {
    for (const state of statesOfGates) {
      const { page } = await openPage(await browser.newContext())
      await check(t, page, url, [state])
      await page.context().close()
    }
  })
})
