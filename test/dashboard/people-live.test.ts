import t from 'tap'
import { customer, launch, noBrowser, openDashboard, openPage, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const grace = { name: 'Grace Hopper', email: 'grace@shop.test', password: 'the first bug was a moth' }
const alan = { name: 'Alan Turing', email: 'alan@shop.test', password: 'the imitation of a game' }

t.test('people who others change', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, { ...noRateLimits, SHOP_NAME: 'Bramble Lamps' })
  await shop.signUp()
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/people')
  const names = page.locator('.rows .person a')
  const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name })
  const panel = page.getByRole('dialog')
  const shown = (expected: string[]) =>
    until(async () => (await names.allInnerTexts()).join() === expected.join())
  const idOf = async (email: string) =>
    (await shop.call<{ items: { id: string }[] }>('GET', `/users?q=${email}`)).body.items[0]?.id ?? ''
  await shown(['Ada', 'Admin'])

  await t.test('the shop has its own name, in the title too', async (t) => {
    t.equal(await page.title(), 'People · Bramble Lamps')
    t.equal(await page.locator('.brand').innerText(), 'Bramble Lamps')
    const out = await openPage(browser)
    await out.page.goto(`${shop.server.url}/admin#/forgot`)
    await until(async () => (await out.page.title()) === 'Forgot your password? · Bramble Lamps')
    await out.page.close()
  })

  await t.test('a registration appears, a change shows, and an erased person leaves', async (t) => {
    await shop.call('POST', '/auth/register', grace)
    await shown(['Grace Hopper', 'Ada', 'Admin'])
    const id = await idOf(grace.email)
    await shop.call('PATCH', `/users/${id}`, { name: 'Rear Admiral', role: 'staff' })
    await rowOf('Rear Admiral').getByText('Staff').waitFor()
    await shop.call('DELETE', `/users/${id}`)
    await shown(['Ada', 'Admin'])
    t.pass()
  })

  await t.test('a filter holds for what changes', async (t) => {
    await page.getByRole('search').getByLabel('Role').selectOption('staff')
    await page.getByText('Nobody here').waitFor()
    await shop.call('POST', '/auth/register', alan)
    await shop.call('PATCH', `/users/${await idOf(customer.email)}`, { role: 'staff' })
    await shown(['Ada'])
    await shop.call('PATCH', `/users/${await idOf(customer.email)}`, { role: 'customer' })
    await shown([])
    await page.getByRole('search').getByLabel('Role').selectOption('')
    await shown(['Alan Turing', 'Ada', 'Admin'])
    t.pass()
  })

  await t.test('the open panel follows its person', async (t) => {
    await rowOf('Alan Turing').getByRole('link').click()
    await panel.getByText(alan.email).waitFor()
    const id = await idOf(alan.email)
    await shop.call('PATCH', `/users/${id}`, { name: 'A. M. Turing' })
    await panel.getByText('A. M. Turing').waitFor()
    await shop.call('DELETE', `/users/${id}`)
    await panel.waitFor({ state: 'detached' })
    await shown(['Ada', 'Admin'])
    t.pass()
  })
  t.same(faults, [])
  await context.close()
})
