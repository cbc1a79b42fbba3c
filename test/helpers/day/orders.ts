import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { customer, until } from '../browser.js'
import type { Hand } from './hands.js'
import type { Day } from './shop.js'

/** The morning: orders come in, and leave the house. */
export async function workThroughOrders(t: Test, page: Page, hand: Hand, day: Day): Promise<void> {
  const { shop } = day
  const panel = page.getByRole('dialog')
  const rows = (count: number) => page.locator(`[role=table][aria-rowcount="${count + 1}"]`)
  const selected = page.getByRole('region', { name: 'Selected orders' })
  const held = page.getByRole('region', { name: 'Held change' })
  const count = async (status: string) => {
    const path = `/orders?scope=all&limit=100&status=${status}`
    return (await shop.call<{ items: object[] }>('GET', path)).body.items.length
  }
  let adas = ''

  await t.test('sixty orders come in', async (t) => {
    await page.getByText('No orders yet').waitFor()
    adas = await day.sixtyOrders()
    await rows(60).waitFor()
    await until(async () => (await page.title()) === 'Orders · Stockroom')
    t.equal(await count('pending'), 60)
  })

  await t.test("one is found by its customer's email address, and its slip is printed", async (t) => {
    await hand.find(customer.email, rows(1))
    await hand.activate(page.locator('.rows .row').first().getByRole('link'))
    await panel.getByRole('link', { name: customer.name, exact: true }).waitFor()
    t.ok(page.url().includes(adas))
    await hand.activate(panel.getByRole('button', { name: 'Print the packing slip' }))
    await until(async () => (await page.evaluate('window.printed')) === 1)
    await page.emulateMedia({ media: 'print' })
    t.match(await page.locator('.paper').innerText(), /2\s+Café mug\s+MUG-1/)
    await page.emulateMedia({ media: 'screen' })
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`)
    await hand.close()
    await panel.waitFor({ state: 'detached' })
  })

  await t.test('thirty are confirmed together, and undone before', async (t) => {
    await hand.find('walnut', rows(30))
    const confirm = async () => {
      await hand.selectAll()
      await hand.move(selected.getByRole('button', { name: 'Confirm 30' }), 'c')
      await held.getByText('30 orders will be confirmed').waitFor()
    }
    await confirm()
    await hand.undo()
    await held.waitFor({ state: 'detached' })
    t.equal(await count('pending'), 60)
    await confirm()
    await hand.activate(held.getByRole('button', { name: 'Do it now' }))
    await page.getByText('30 orders confirmed.').waitFor()
    t.equal(await count('confirmed'), 30)
  })

  await t.test('and shipped together', async (t) => {
    await hand.selectAll()
    await hand.move(selected.getByRole('button', { name: 'Mark as shipped 30' }), 's')
    await hand.activate(held.getByRole('button', { name: 'Do it now' }))
    await page.getByText('30 orders shipped.').waitFor()
    t.equal(await count('shipped'), 30)
    t.equal(await page.locator('.rows .mark.shipped').count(), await page.locator('.rows .row').count())
  })
}
