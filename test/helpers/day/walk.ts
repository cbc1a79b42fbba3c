import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { admin } from '../browser.js'
import type { Hand } from './hands.js'
import { workThroughOffice } from './office.js'
import { workThroughOrders } from './orders.js'
import { openDay } from './shop.js'
import { workThroughStock } from './stock.js'

/**
 * Walks through the day of a shop, from the sign-in on.
 * @param take makes the hand that uses the page, and counts the forbidden things it did
 */
export async function walkThroughTheDay(
  t: Test,
  take: (page: Page) => Promise<{ hand: Hand; slips: () => Promise<number> }>,
): Promise<void> {
  const day = await openDay(t)
  const { page, faults } = day
  const { hand, slips } = await take(page)
  await page.addInitScript('window.printed = 0; window.print = () => window.printed++')
  await page.goto(`${day.shop.server.url}/admin`)
  await hand.fill(page.getByRole('textbox', { name: 'Email', exact: true }), admin.email)
  await hand.fill(page.getByLabel('Password'), admin.password)
  await hand.submit(page.getByRole('button', { name: 'Sign in', exact: true }))
  await page.locator('.badge.live').waitFor()
  await workThroughOrders(t, page, hand, day)
  await workThroughStock(t, page, hand, day)
  await workThroughOffice(t, page, hand, day)
  t.equal(await slips(), 0, 'nothing but the hand was used')
  t.same(faults, [])
}
