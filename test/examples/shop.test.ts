import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { build, preview } from 'vite'
import { customer, faultsOf, launch, noBrowser, openShop, PATIENCE_MS, until } from '../helpers/browser.js'
import { freePort } from '../helpers/ports.js'

const folder = fileURLToPath(new URL('../../examples/shop/', import.meta.url))

t.setTimeout(180_000)

t.test('the example is type-checked, built, and orders in a browser', { skip: noBrowser }, async (t) => {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
  execFileSync(process.execPath, [tsc, '--noEmit', '-p', folder], { stdio: 'pipe' })

  const shop = await openShop(t)
  process.env.SHOP_API = shop.server.url
  const outDir = `${t.testdirName}/page`
  await build({ root: folder, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  const site = await preview({
    root: folder,
    build: { outDir },
    preview: { host: '127.0.0.1', port: await freePort() },
  })
  t.teardown(() => site.close())
  const [url = ''] = site.resolvedUrls?.local ?? []
  await shop.signUp()
  const lamp = await shop.makeProduct('Lamp', 2)

  const browser = await launch(t)
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults = faultsOf(page)
  await page.goto(url)
  await page.getByText('2 left').waitFor()
  await page.getByLabel('Email').fill(customer.email)
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('status').getByText('Email or password is wrong').waitFor()
  await page.getByLabel('Password').fill(customer.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`Welcome, ${customer.name}`).waitFor()

  const order = page.getByRole('button', { name: 'Order Lamp' })
  await order.click()
  await page.getByText('1 left').waitFor()
  await page.getByText('Lamp: pending').waitFor()
  const { body } = await shop.call<{ items: { id: string }[] }>('GET', '/orders?scope=all')
  await shop.call('PATCH', `/orders/${body.items[0]?.id}`, { status: 'confirmed' })
  await page.getByText('Lamp: confirmed').waitFor()
  await shop.order(lamp)
  await page.getByText('0 left').waitFor()
  await order.click()
  await page.getByText('Only 0 left').waitFor()

  await t.test('tabs whose access token has expired refresh it, each at most once', async (t) => {
    const other = await context.newPage()
    await other.goto(url)
    await other.getByText('Lamp: confirmed').waitFor()
    await context.clearCookies({ name: 'access_token' })
    let refreshes = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/auth/refresh')) refreshes++
    })
    await shop.call('POST', `/products/${lamp}/stock-adjustments`, { delta: 5 })
    await Promise.all([page, other].map((tab) => tab.getByRole('button', { name: 'Order Lamp' }).click()))
    for (const tab of [page, other]) await tab.getByText('Ordered Lamp').waitFor()
    await until(async () => (await other.getByText('Lamp: pending').count()) === 2)
    // Usually one refreshes for both; a tab that learns of it too late refreshes again, which is harmless.
    t.ok(refreshes >= 1 && refreshes <= 2, `${refreshes} refreshes`)
  })
  t.same(faults, [])
})
