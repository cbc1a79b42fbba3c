import t from 'tap'
import { customer, launch, noBrowser, openDashboard, openShop, type Shop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

const markup = { name: '<img src=x onerror="window.ran=1">', email: 'markup@shop.test' }
const grace = { name: 'Grace Hopper', email: 'grace@shop.test', password: 'the first bug was a moth' }

interface Person {
  id: string
  role: string
  disabled: boolean
}

/** Signs in without a browser. @returns the status, and the access token if it is 200 */
async function signIn(shop: Shop, { email, password }: { email: string; password: string }) {
  const answer = await fetch(`${shop.server.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, tokens: 'body' }),
  })
  const { accessToken = '' } = (await answer.json()) as { accessToken?: string }
  return { status: answer.status, accessToken }
}

t.test('people', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t, noRateLimits)
  await shop.signUp()
  await shop.call('POST', '/auth/register', grace)
  await shop.call('POST', '/auth/register', { ...markup, password: 'nothing of the kind' })
  const { items } = (await shop.call<{ items: Person[] }>('GET', '/users?q=ada')).body
  const ada = items[0]?.id ?? ''
  const adaNow = async () => (await shop.call<Person>('GET', `/users/${ada}`)).body
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/people')
  const names = page.locator('.rows .person a')
  const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name })
  const panel = page.getByRole('dialog')
  const filters = page.getByRole('search')
  const closePanel = async () => {
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  }

  await t.test('everybody is listed, newest first, and text that looks like markup is text', async (t) => {
    await names.nth(3).waitFor()
    t.same(await names.allInnerTexts(), [markup.name, 'Grace Hopper', 'Ada', 'Admin'])
    t.equal(await page.evaluate('window.ran'), undefined)
    t.match(await rowOf('Admin').innerText(), /\(you\).*Admin\b/s)
    t.match(await rowOf('Ada').innerText(), /ada@shop\.test\s+Customer\s+0\s+Never/)
  })

  await t.test('people are found by name and email, and filtered by role', async (t) => {
    await page.getByLabel('Search people').fill('hop')
    await until(async () => (await names.allInnerTexts()).join() === 'Grace Hopper')
    await page.getByLabel('Search people').fill('ada@')
    await until(async () => (await names.allInnerTexts()).join() === 'Ada')
    await page.getByLabel('Search people').fill('nobody of the kind')
    await page.getByText('Nobody is called').waitFor()
    await page.getByLabel('Search people').fill('')
    await filters.getByLabel('Role').selectOption('admin')
    await until(async () => (await names.allInnerTexts()).join() === 'Admin')
    await filters.getByLabel('Role').selectOption('')
    await names.nth(3).waitFor()
    t.pass()
  })

  await t.test('an admin changes a role, and the last admin stays one', async (t) => {
    await rowOf('Ada').getByRole('link').click()
    await panel.getByLabel('New role').selectOption('staff')
    await panel.getByRole('button', { name: 'Change role' }).click()
    await panel.getByText('The role is changed.').waitFor()
    t.match(await adaNow(), { role: 'staff' })
    await closePanel()
    await rowOf('Ada').getByText('Staff').waitFor()

    await rowOf('Admin').getByRole('link').click()
    await panel.getByLabel('New role').selectOption('customer')
    await panel.getByRole('button', { name: 'Change role' }).click()
    await panel.getByRole('alert').getByText('This is the last admin of the shop.').waitFor()
    await closePanel()
  })

  await t.test('staff see people and change nobody', async (t) => {
    const desk = await openDashboard(browser, shop, `#/people/${ada}`, {}, customer)
    const theirs = desk.page.getByRole('dialog')
    await theirs.getByText('Staff').waitFor()
    t.equal(await theirs.locator('select, .part').count(), 0)
    t.same(desk.faults, [])
    await desk.context.close()
  })

  await t.test('an account is disabled after a confirmation, and enabled again', async (t) => {
    const { accessToken } = await signIn(shop, customer)
    await rowOf('Ada').getByRole('link').click()
    await panel.getByRole('button', { name: 'Disable account…' }).click()
    t.match(await adaNow(), { disabled: false }, 'not before the confirmation')
    await panel.getByRole('button', { name: 'Disable the account' }).click()
    await panel.getByText('The account is disabled.').waitFor()
    t.equal((await signIn(shop, customer)).status, 403)
    const headers = { authorization: `Bearer ${accessToken}` }
    await until(async () => (await fetch(`${shop.server.url}/auth/me`, { headers })).status === 401)

    await closePanel()
    await rowOf('Ada').getByText('Disabled').waitFor()
    await filters.getByLabel('Access').selectOption('true')
    await until(async () => (await names.allInnerTexts()).join() === 'Ada')
    await rowOf('Ada').getByRole('link').click()
    await panel.getByRole('button', { name: 'Enable account' }).click()
    await panel.getByText('The account is enabled.').waitFor()
    t.equal((await signIn(shop, customer)).status, 200)
    await closePanel()
    await filters.getByLabel('Access').selectOption('')
  })

  await t.test("an admin ends a person's sessions, and lifts a lock on guesses", async (t) => {
    const { accessToken } = await signIn(shop, grace)
    for (let i = 0; i < 5; i++) await signIn(shop, { ...grace, password: `guess number ${i}` })
    t.equal((await signIn(shop, grace)).status, 429)
    await rowOf('Grace Hopper').getByRole('link').click()
    await panel.getByRole('button', { name: 'Unlock sign-in' }).click()
    await panel.getByText('They may try their password again.').waitFor()
    t.equal((await signIn(shop, grace)).status, 200)
    await panel.getByRole('button', { name: 'End sessions' }).click()
    await panel.getByText('All their sessions have ended.').waitFor()
    const headers = { authorization: `Bearer ${accessToken}` }
    await until(async () => (await fetch(`${shop.server.url}/auth/me`, { headers })).status === 401)
    await closePanel()
  })

  await t.test('an account is erased after its email address was typed', async (t) => {
    await rowOf('Grace Hopper').getByRole('link').click()
    await panel.getByRole('button', { name: 'Erase account…' }).click()
    await panel.getByLabel('Email address').fill('somebody@shop.test')
    await panel.getByRole('button', { name: 'Erase the account' }).click()
    await panel.getByText('Email address is not the one of this account.').waitFor()
    t.equal((await signIn(shop, grace)).status, 200)
    await panel.getByLabel('Email address').fill(grace.email)
    await panel.getByRole('button', { name: 'Erase the account' }).click()
    await panel.waitFor({ state: 'detached' })
    await rowOf('Grace Hopper').waitFor({ state: 'detached' })
    t.same((await shop.call<{ items: Person[] }>('GET', '/users?q=grace')).body.items, [])
    t.not((await signIn(shop, grace)).status, 200)
  })

  await t.test('a person who does not exist is reported', async (t) => {
    await page.goto(`${shop.server.url}/admin#/people/nobody`)
    await panel.getByText('There is no such person.').waitFor()
    t.equal(await panel.locator('.facts').count(), 0)
  })
  t.same(faults, [])
  await context.close()
})
