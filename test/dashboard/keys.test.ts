import t from 'tap'
import { customer, launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test('every view is used by keys', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  await shop.makeProduct('Oak stool')
  await shop.order(lamp)
  await shop.signUp()
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop)
  const press = (key: string) => page.keyboard.press(key)
  const heading = (name: string) => page.getByRole('heading', { level: 1, name })
  const focused = page.locator(':focus')
  const search = page.getByRole('searchbox')

  await t.test('the views are opened by their numbers, with code that was loaded ahead', async (t) => {
    const views = ['inventory', 'pulse', 'people', 'webhooks', 'audit', 'account']
    const loaded = () =>
      page.evaluate<string>(`performance.getEntriesByType('resource').map(({ name }) => name).join()`)
    await until(async () => {
      const names = await loaded()
      return views.every((view) => names.includes(`/${view}-view-`))
    })
    await page.route(/(inventory|pulse|people|webhooks|audit|account)-view-/, (route) => route.abort())
    for (const [i, name] of ['Orders', 'Inventory', 'Pulse', 'People', 'Webhooks', 'Audit'].entries()) {
      await press(String(i + 1))
      await heading(name).waitFor()
    }
    await press('0')
    await heading('Account').waitFor()
    t.equal(await page.getByRole('button', { name: 'Reload the page' }).count(), 0)
    await page.unrouteAll()
  })

  await t.test('the search has the focus after one key, and the list after another', async (t) => {
    await press('2')
    await heading('Inventory').waitFor()
    await press('/')
    await search.and(focused).waitFor()
    await page.keyboard.type('1 oak')
    await page.locator('[role=table][aria-rowcount="2"]').waitFor({ state: 'detached' })
    t.equal(await search.inputValue(), '1 oak', 'numbers are text where text is typed')
    await press('Control+k')
    await page.keyboard.type('oak')
    await page.getByRole('link', { name: 'Oak stool', exact: true }).waitFor()
    t.equal(await search.inputValue(), 'oak', 'the text from before is replaced')
    await page.locator('[role=table][aria-rowcount="2"]').waitFor()
    await press('ArrowDown')
    await page.getByRole('link', { name: 'Oak stool', exact: true }).and(focused).waitFor()
  })

  await t.test('a held deletion is undone', async (t) => {
    await press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete' }).press('Enter')
    const held = page.getByRole('region', { name: 'Held deletion' })
    await held.waitFor()
    await press('z')
    await held.waitFor({ state: 'detached' })
    t.equal((await shop.call<{ items: object[] }>('GET', '/products?q=oak')).body.items.length, 1)
  })

  await t.test('the help of a view lists its keys', async (t) => {
    const help = page.getByRole('dialog', { name: 'Keys' })
    await press('?')
    t.match(await help.innerText(), /1 – 6\s+the views of the menu/)
    t.notMatch(await help.innerText(), 'select all')
    await press('1')
    t.equal(await heading('Inventory').count(), 1, 'a dialog takes the keys')
    await press('Escape')
    await help.waitFor({ state: 'detached' })
    await press('1')
    await heading('Orders').waitFor()
    await press('?')
    t.match(await help.innerText(), 'select all loaded orders')
  })

  await t.test('staff have the numbers of their own menu', async (t) => {
    const { items } = (await shop.call<{ items: { id: string }[] }>('GET', '/users?q=ada')).body
    await shop.call('PATCH', `/users/${items[0]?.id}`, { role: 'staff' })
    const desk = await openDashboard(browser, shop, '#/orders', {}, customer)
    await desk.page.keyboard.press('5')
    await desk.page.keyboard.press('?')
    await desk.page.getByRole('dialog', { name: 'Keys' }).getByText('1 – 4').waitFor()
    t.match(desk.page.url(), '#/orders')
    t.same(desk.faults, [])
    await desk.context.close()
  })
  t.same(faults, [])
  await context.close()
})
