import { readFileSync } from 'node:fs'
import t from 'tap'
import { violations } from '../helpers/axe.js'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

t.test(
  'products come and go by files, and are deleted with time to undo it',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, noRateLimits)
    const browser = await launch(t)
    await shop.call('POST', '/products', { name: 'Walnut desk lamp', sku: 'LAMP-1', price: 24.5, stock: 40 })
    await shop.makeProduct('Oak stool', 0)
    const { page, context, faults } = await openDashboard(browser, shop, '#/inventory')
    const dialog = page.getByRole('dialog')
    const list = async () =>
      (await shop.call<{ items: { name: string; price: number }[] }>('GET', '/products?sort=name&limit=100'))
        .body.items
    const lines = ['sku,name,price,stock', 'LAMP-1,Walnut desk lamp,25,40', 'BAD,Without a price,,1']
    for (let i = 1; i <= 50; i++) lines.push(`MUG-${i},Mug ${i},3,5`)
    const file = { name: 'spring.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) }

    await t.test('a file is checked before it changes anything', async (t) => {
      await page.getByText('More', { exact: true }).click()
      t.same(await violations(page), [])
      await page.getByRole('link', { name: 'Import products…' }).click()
      await dialog.getByLabel('File (CSV or NDJSON)').setInputFiles(file)
      await dialog.getByText('1 line with a fault change').waitFor()
      t.match(
        await dialog.locator('.preview').innerText(),
        /New\s+50\s+Changed\s+1\s+As they are\s+0\s+With a fault\s+1/,
      )
      t.match(await dialog.locator('.faults').innerText(), /Line 3 price/)
      t.same(await violations(page), [])
      t.equal((await list()).length, 2, 'nothing has changed')
      await dialog.getByRole('button', { name: 'Import 51 products' }).click()
      await dialog.getByText('Imported: 50 new, 1 changed, 0 as they were.').waitFor()
      t.equal((await list()).at(-1)?.price, 25)
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('link', { name: 'Mug 50', exact: true }).waitFor()
    })

    await t.test('a file of another kind is refused with its reason', async () => {
      await page.goto(`${shop.server.url}/admin#/inventory/import`)
      const wrong = { ...file, buffer: Buffer.from('colour,weight\nred,3') }
      await dialog.getByLabel('File (CSV or NDJSON)').setInputFiles(wrong)
      await dialog.locator('.notice.bad').waitFor()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.getByRole('button', { name: 'Discard it' }).click()
      await dialog.waitFor({ state: 'detached' })
    })

    await t.test('a file chooser that is closed without a choice leaves the dialog open', async (t) => {
      await page.goto(`${shop.server.url}/admin#/inventory/import`)
      await dialog.getByLabel('File (CSV or NDJSON)').waitFor()
      const cancelled = page.evaluate(
        "new Promise((done) => addEventListener('cancel', ({ target }) => setTimeout(done, 0, target.type), true))",
      )
      await dialog.getByLabel('File (CSV or NDJSON)').click() // nobody answers the chooser of this browser
      t.equal(await cancelled, 'file')
      await dialog.getByLabel('File (CSV or NDJSON)').setInputFiles(file)
      await dialog.locator('.preview').waitFor()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.getByRole('button', { name: 'Discard it' }).click()
      await dialog.waitFor({ state: 'detached' })
    })

    await t.test('the shown list is exported, with its filters and its order', async (t) => {
      await page.goto(`${shop.server.url}/admin#/inventory?q=mug+1&sort=-name`)
      await page.getByRole('link', { name: 'Mug 19', exact: true }).waitFor()
      const download = page.waitForEvent('download')
      await page.getByText('More', { exact: true }).click()
      await page.getByRole('button', { name: 'Export this list' }).click()
      const text = readFileSync(await (await download).path(), 'utf8')
      const names = [...text.matchAll(/Mug \d+/g)].map(([name]) => name)
      t.same(names, [
        'Mug 19',
        'Mug 18',
        'Mug 17',
        'Mug 16',
        'Mug 15',
        'Mug 14',
        'Mug 13',
        'Mug 12',
        'Mug 11',
        'Mug 10',
        'Mug 1',
      ])
    })

    await t.test('the heads of columns sort, and a SKU is found', async (t) => {
      await page.goto(`${shop.server.url}/admin#/inventory`)
      const head = page.getByRole('columnheader', { name: 'Price' })
      await head.getByRole('button').click()
      await until(async () => (await head.getAttribute('aria-sort')) === 'ascending')
      await head.getByRole('button').click()
      await until(async () => (await page.locator('.rows .price').first().innerText()) === '$25.00')
      t.equal(await head.getAttribute('aria-sort'), 'descending')
      await head.getByRole('button').click()
      t.equal(await head.getAttribute('aria-sort'), 'none')
      await page.getByRole('searchbox', { name: 'Search products' }).fill('MUG-7')
      await until(async () => (await page.locator('.rows .product a').allInnerTexts()).join() === 'Mug 7')
    })

    await t.test('a product is deleted after ten seconds, unless that is undone', async (t) => {
      await page.goto(`${shop.server.url}/admin#/inventory`)
      const held = page.getByRole('region', { name: 'Held deletion' })
      const remove = async () => {
        await page.getByRole('link', { name: 'Oak stool', exact: true }).click()
        await dialog.getByRole('button', { name: 'Delete' }).click()
        await held.getByText('Oak stool will be deleted').waitFor()
      }
      await page.getByRole('searchbox', { name: 'Search products' }).fill('oak')
      await remove()
      t.same(await violations(page), [])
      await held.getByRole('button', { name: 'Undo' }).click()
      await held.waitFor({ state: 'detached' })
      t.ok(
        (await list()).some(({ name }) => name === 'Oak stool'),
        'nothing was sent',
      )
      await remove()
      await held.getByRole('button', { name: 'Do it now' }).click()
      await page.getByRole('link', { name: 'Oak stool', exact: true }).waitFor({ state: 'detached' })
      t.notOk((await list()).some(({ name }) => name === 'Oak stool'))
    })
    t.same(faults, [])
    await context.close()
  },
)
