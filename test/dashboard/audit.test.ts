import t from 'tap'
import { customer, launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('the audit trail', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  await shop.signUp()
  const { items } = (await shop.call<{ items: { id: string }[] }>('GET', '/users?q=ada')).body
  const ada = items[0]?.id ?? ''
  const lamp = await shop.makeProduct('Walnut desk lamp')
  await shop.call('PATCH', `/users/${ada}`, { role: 'staff' })
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/orders')
  const rows = page.locator('.rows .row')
  const panel = page.getByRole('dialog')

  await t.test('changes are listed newest first, with who made them and what they changed', async (t) => {
    await page.getByRole('link', { name: 'Audit' }).click()
    await rows.first().waitFor()
    t.match(
      await rows.first().innerText(),
      new RegExp(`Admin\\s+Person ${ada.slice(-8).toUpperCase()}\\s+Role changed\\s+role: Customer → Staff`),
    )
    await rows.first().getByRole('link').click()
    await panel.getByText('Customer → Staff').waitFor()
    t.match(await panel.innerText(), ada)
  })

  await t.test('changes of one subject, and by one actor, are found', async (t) => {
    const total = await rows.count()
    await panel.getByRole('link', { name: 'All of this person' }).click()
    await panel.waitFor({ state: 'detached' })
    await until(async () => (await rows.count()) < total)
    const subjects = await page.locator('.rows .subject-of').allInnerTexts()
    t.same([...new Set(subjects)], [`Person ${ada.slice(-8).toUpperCase()}`])
    await page.getByRole('button', { name: /^One subject/ }).click()
    await until(async () => (await rows.count()) === total)
    await page.locator('.rows .row', { hasText: 'System' }).last().getByRole('link').click()
    await panel.getByRole('link', { name: 'All by the same' }).click()
    await until(async () => (await rows.count()) < total)
    t.same([...new Set(await page.locator('.rows .actor').allInnerTexts())], ['System'])
    await page.getByRole('button', { name: /^One actor/ }).click()
    await until(async () => (await rows.count()) === total)
  })

  await t.test('a subject is opened where the dashboard shows it', async (t) => {
    await page
      .locator('.rows .row', { hasText: lamp.slice(-8).toUpperCase() })
      .getByRole('link')
      .click()
    await panel.getByRole('link', { name: lamp }).click()
    await until(async () => page.url().endsWith(`#/inventory/${lamp}`))
    await page.goto(`${shop.server.url}/admin#/people/${ada}`)
    await panel.getByRole('link', { name: 'Changes of this account' }).click()
    await page.getByRole('heading', { name: 'Audit' }).waitFor()
    await page.getByRole('button', { name: /^One subject/ }).click()
    t.pass()
  })

  await t.test('days of the calendar are whole days, the last included', async (t) => {
    const today = String(
      await page.evaluate(`((now) => [now.getFullYear(), now.getMonth() + 1, now.getDate()]
        .map((part) => String(part).padStart(2, '0')).join('-'))(new Date())`),
    )
    const asked = page.waitForRequest((request) => request.url().includes('&to='))
    await page.getByLabel('To').fill(today)
    const to = new URL((await asked).url()).searchParams.get('to') ?? ''
    t.equal(await page.evaluate(`new Date(${JSON.stringify(to)}).getHours()`), 0)
    t.ok(new Date(to).getTime() > Date.now() - 60_000, 'the end of today is to come')
    await rows.first().waitFor()
    await page.getByLabel('To').fill('2020-01-01')
    await page.getByText('Nothing was changed').waitFor()
    await page.getByLabel('To').fill('')
    await page.getByLabel('From').fill(today)
    await rows.first().waitFor()
    await page.getByLabel('From').fill('')
  })

  await t.test('older changes load on scrolling', async (t) => {
    for (let i = 0; i < 60; i++) await shop.makeProduct(`Lamp ${i}`)
    await page.getByRole('button', { name: 'Reload' }).click()
    await until(async () => {
      await page.evaluate(`document.querySelector('.scroller').scrollTop = 1e6`)
      return (await rows.last().innerText()).includes('System')
    })
    t.pass()
  })

  await t.test('staff have no link to it, and are refused', async (t) => {
    const desk = await openDashboard(browser, shop, '#/orders', {}, customer)
    t.equal(await desk.page.getByRole('link', { name: 'Audit' }).count(), 0)
    await desk.page.goto(`${shop.server.url}/admin#/audit`)
    await desk.page.getByRole('alert').getByText('This account may not do this any more.').waitFor()
    await desk.context.close()
  })
  t.same(faults, [])
  await context.close()
})
