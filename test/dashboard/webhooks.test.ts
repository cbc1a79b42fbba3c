import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'
import { startReceiver } from '../helpers/webhook-receiver.js'

t.test('webhooks are managed on a page of their own', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { ...noRateLimits, WEBHOOK_ALLOW_PRIVATE: 'true' })
  const browser = await launch(t)
  let status = 204
  const receiver = await startReceiver(t, (_received, response) =>
    response.writeHead(status).end(status === 204 ? undefined : 'The program is being updated'),
  )
  const lamp = await shop.makeProduct('Walnut desk lamp')
  const { page, context, faults } = await openDashboard(browser, shop, '#/webhooks')
  const dialog = page.getByRole('dialog')
  const panel = page.getByRole('dialog', { name: 'Webhook', exact: true })
  const attempts = panel.locator('.attempts > li')

  await t.test('one is added, and its secret shown once', async (t) => {
    await page.getByText('No webhooks yet').waitFor()
    t.same(await violations(page), [])
    await page.getByRole('link', { name: 'Add webhook' }).click()
    await dialog.getByRole('button', { name: 'Add webhook' }).click()
    await dialog.getByText('Address must not be empty.').waitFor()
    await dialog.getByLabel('Address').fill('nowhere')
    await dialog.getByRole('button', { name: 'Add webhook' }).click()
    await dialog.getByText(/^Address must be/).waitFor()
    await dialog.getByLabel('Address').fill(receiver.url)
    await dialog.getByLabel('Name').fill('Bookkeeping')
    await dialog.getByLabel('Order placed').check()
    await dialog.getByRole('button', { name: 'Add webhook' }).click()
    await dialog.getByText('it is not shown again').waitFor()
    const secret = await dialog.locator('.secret').innerText()
    t.match(secret, /^whsec_/)
    t.same(await violations(page), [])
    await dialog.getByRole('button', { name: 'Done' }).click()
    t.notOk((await page.content()).includes(secret), 'it is gone from the page')
    const row = page.getByRole('row').filter({ hasText: 'Bookkeeping' })
    await row.getByText('Delivering').waitFor()
    await shop.order(lamp)
    await receiver.until(1)
    receiver.verify(secret)
  })

  await t.test('its deliveries are listed, and it is tested', async (t) => {
    await page.getByRole('link', { name: 'Bookkeeping' }).click()
    await attempts.first().waitFor()
    t.match(await attempts.first().innerText(), /Order placed.*204.*ms/s)
    await panel.getByRole('button', { name: 'Send a test' }).click()
    await panel.locator('.notice').getByText('204').waitFor()
    t.equal(receiver.received.at(-1)?.event.type, 'webhook:test')
    t.same(await violations(page), [])
  })

  await t.test('it is paused, and goes on where it was', async (t) => {
    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByText('Paused by an admin.').waitFor()
    await shop.order(lamp)
    const before = receiver.received.length
    await panel.getByRole('button', { name: 'Resume' }).click()
    await receiver.until(before + 1)
    await until(async () => (await attempts.count()) === 2)
    t.equal(await panel.getByText('Paused by an admin.').count(), 0)
  })

  await t.test('it is replayed from an event on', async (t) => {
    const before = receiver.received.length
    const first = receiver.received[0]?.event.offset ?? 0
    await panel.getByRole('button', { name: 'Replay…' }).click()
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click()
    await dialog.getByText('must be a whole number, 1 or more').waitFor()
    await dialog.getByLabel('First event to deliver').fill(String(first))
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click()
    await receiver.until(before + 2)
    t.equal(receiver.received[before]?.event.offset, first)
    await until(async () => (await attempts.count()) === 4)
  })

  await t.test('it gets a new secret, and another name', async (t) => {
    await panel.getByRole('button', { name: 'New secret…' }).click()
    await dialog.getByRole('button', { name: 'Make a new secret' }).click()
    await page.locator('.secret').waitFor()
    t.match(await page.locator('.secret').innerText(), /^whsec_/)
    await page.getByRole('button', { name: 'Done' }).click()
    await panel.getByText(/signs too until/).waitFor()
    await panel.getByRole('button', { name: 'Change…' }).click()
    await dialog.getByLabel('Name').fill('The books')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'The books', includeHidden: true }).waitFor()
  })

  await t.test('its failure is seen at once, everywhere', async (t) => {
    status = 410
    await page.goto(`${shop.server.url}/admin#/inventory`)
    await shop.order(lamp)
    const toast = page.locator('.toast', { hasText: 'A webhook was disabled' })
    await toast.getByRole('link', { name: 'Show' }).click()
    await panel.getByText(/the receiver answered 410/).waitFor()
    await attempts.first().getByText('The program is being updated').waitFor()
    t.same(await violations(page), [])
    status = 500
    await panel.getByRole('button', { name: 'Resume' }).click()
    await panel.getByText(/^1 failed attempt at the next event/).waitFor()
    await attempts.nth(5).waitFor()
    t.match(await attempts.first().innerText(), /500/)
  })

  await t.test('it is deleted', async (t) => {
    await panel.getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByRole('button', { name: 'Delete the webhook' }).click()
    await page.getByText('No webhooks yet').waitFor()
    t.match((await shop.call<{ items: object[] }>('GET', '/webhooks')).body.items, { length: 0 })
    t.equal(await dialog.count(), 0)
  })
  t.same(faults, [])
  await context.close()
})
