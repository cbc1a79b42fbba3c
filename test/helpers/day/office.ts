import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { until } from '../browser.js'
import type { Hand } from './hands.js'
import type { Day } from './shop.js'

/** The evening: people, keys and the programs of others. */
export async function workThroughOffice(t: Test, page: Page, hand: Hand, day: Day): Promise<void> {
  const { shop, colleague, receiver } = day
  const panel = page.getByRole('dialog')
  const close = async () => {
    await hand.close()
    await panel.waitFor({ state: 'detached' })
  }

  await t.test('a colleague becomes staff', async (t) => {
    await hand.go('People', 4)
    await hand.find('grace', page.locator('[role=table][aria-rowcount="2"]'))
    await hand.activate(page.getByRole('link', { name: colleague.name }))
    await hand.choose(panel.getByLabel('New role'), 'Staff')
    await hand.activate(panel.getByRole('button', { name: 'Change role' }))
    await panel.getByText('The role is changed.').waitFor()
    const { items } = (await shop.call<{ items: object[] }>('GET', '/users?q=grace')).body
    t.match(items, [{ role: 'staff' }])
    await close()
  })

  await t.test('a key is revoked', async (t) => {
    const answers = async () => {
      const headers = { authorization: `Bearer ${day.key}` }
      return (await fetch(`${shop.server.url}/orders?scope=all`, { headers })).status
    }
    t.equal(await answers(), 200)
    await hand.go('Account', 0)
    await hand.activate(page.getByRole('button', { name: 'Delete Old till' }))
    await hand.activate(panel.getByRole('button', { name: 'Delete the key' }))
    await panel.waitFor({ state: 'detached' })
    await until(async () => (await answers()) === 401)
    await page.getByText('Old till').waitFor({ state: 'detached' })
  })

  await t.test("a webhook's failure is seen, and what it missed is replayed", async (t) => {
    await until(async () => receiver.received.length >= 61)
    day.answerWith(410)
    await shop.order(day.mug)
    await page.locator('.toast', { hasText: 'A webhook was disabled' }).waitFor()
    const missed = receiver.offsets().at(-1) ?? 0
    await hand.go('Webhooks', 5)
    const row = page.getByRole('row').filter({ hasText: 'Bookkeeping' })
    await row.getByText('Disabled').waitFor()
    await hand.activate(row.getByRole('link'))
    const attempt = panel.locator('.attempts > li').first()
    await attempt.getByText('The books are closed').waitFor()
    t.match(await attempt.innerText(), new RegExp(`Order placed ${missed}.*410`, 's'))
    day.answerWith(204)
    const before = receiver.received.length
    await hand.activate(panel.getByRole('button', { name: 'Resume' }))
    await receiver.until(before + 1)
    await hand.activate(panel.getByRole('button', { name: 'Replay…' }))
    await hand.fill(page.getByLabel('First event to deliver'), String(missed))
    await hand.submit(page.getByRole('button', { name: 'Replay', exact: true }))
    await receiver.until(before + 2)
    t.same(receiver.offsets().slice(before), [missed, missed])
    await attempt.getByText('204').waitFor()
    await close()
  })
}
