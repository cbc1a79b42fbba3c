import t from 'tap'
import { launch, noBrowser, openDashboard, openShop, until } from '../helpers/browser.js'

t.test('typed text is not lost unasked', { skip: noBrowser }, async (t) => {
  const shop = await openShop(t)
  const lamp = await shop.makeProduct('Walnut desk lamp')
  const browser = await launch(t)
  const { page, context, faults } = await openDashboard(browser, shop, '#/pulse')
  const dialog = page.getByRole('dialog')
  const name = dialog.getByRole('textbox', { name: 'Name' })
  const question = dialog.getByText('Leave without what you typed?')
  const keep = dialog.getByRole('button', { name: 'Go on typing' })
  const discard = dialog.getByRole('button', { name: 'Discard it' })
  const type = async () => {
    await page.getByRole('link', { name: 'Inventory' }).click()
    await page.getByRole('link', { name: 'Walnut desk lamp', exact: true }).click()
    await until(async () => (await name.inputValue()) === 'Walnut desk lamp')
    await name.fill('Oak')
  }
  await type()

  await t.test('by Back, which leads away once that is wanted', async (t) => {
    for (const _ of [1, 2]) {
      await page.goBack()
      await keep.click()
      t.equal(await name.inputValue(), 'Oak')
      t.match(page.url(), `#/inventory/${lamp}`)
    }
    await page.goBack()
    await discard.click()
    await dialog.waitFor({ state: 'detached' })
    t.match(page.url(), /#\/inventory$/)
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Pulse' }).waitFor()
  })

  await t.test('by the Escape key, by Cancel and by a click beside', async (t) => {
    await type()
    for (const leave of [
      () => page.keyboard.press('Escape'),
      () => dialog.getByRole('button', { name: 'Cancel' }).click(),
      () => dialog.getByRole('button', { name: 'Close' }).click(),
    ]) {
      await leave()
      await question.waitFor()
      await keep.click()
      t.equal(await name.inputValue(), 'Oak')
    }
  })

  await t.test('by a reload, before which the browser asks', async (t) => {
    const asked = page.waitForEvent('dialog')
    const reload = page.evaluate('location.reload()').catch(() => undefined)
    const browsers = await asked
    t.equal(browsers.type(), 'beforeunload')
    await browsers.dismiss()
    await reload
    t.equal(await name.inputValue(), 'Oak')
  })

  await t.test('but a form that was sent closes without a question', async (t) => {
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Oak', exact: true }).waitFor()
    t.match(page.url(), /#\/inventory$/)
  })

  await t.test('nor by a link beside it, or by leaving a part of the page', async (t) => {
    const order = await shop.order(lamp)
    await page.goto(`${shop.server.url}/admin#/orders/${order}`)
    await dialog.getByRole('button', { name: 'Add a note' }).click()
    const note = dialog.getByRole('textbox', { name: 'Note' })
    await note.fill('Two bows')
    await dialog.getByRole('link', { name: 'All their orders' }).click()
    await keep.click()
    t.equal(await note.inputValue(), 'Two bows')
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click()
    await question.waitFor()
    await discard.click()
    await dialog.getByRole('button', { name: 'Add a note' }).waitFor()
    await dialog.getByRole('button', { name: 'Add a note' }).click()
    await note.fill('Two bows')
    await dialog.getByRole('link', { name: 'All their orders' }).click()
    await discard.click()
    await dialog.waitFor({ state: 'detached' })
    t.match(page.url(), 'userId=')
  })
  await t.test('nor a chosen file, by Cancel', async (t) => {
    await page.goto(`${shop.server.url}/admin#/inventory/import`)
    const file = dialog.getByLabel('File (CSV or NDJSON)')
    await file.and(page.locator(':focus')).waitFor()
    const buffer = Buffer.from('name,price,stock\nStool,5,1\n')
    await file.setInputFiles({ name: 'stools.csv', mimeType: 'text/csv', buffer })
    await dialog.getByRole('button', { name: 'Import 1 product' }).waitFor()
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click()
    await keep.click()
    t.match(await file.inputValue(), /stools\.csv$/)
    await dialog.getByRole('button', { name: 'Import 1 product' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  await t.test('nor in a form of the account, by a link, Back or a key', async (t) => {
    const inventory = page.getByRole('link', { name: 'Inventory' })
    await page.goto(`${shop.server.url}/admin#/inventory`)
    await page.locator('.account a').click()
    for (const field of [/^New email/, /^New password/, /^Name/]) {
      const input = page.getByRole('main').getByLabel(field)
      const before = await input.inputValue()
      await input.fill('Something else')
      await input.blur()
      for (const leave of [
        () => inventory.click(),
        () => page.goBack(),
        // Not in the field, where it would be text.
        () => page.keyboard.press('2'),
      ]) {
        await leave()
        await keep.click()
        await dialog.waitFor({ state: 'detached' })
        t.equal(await input.inputValue(), 'Something else', String(field))
        t.match(page.url(), /#\/account$/)
      }
      await input.fill(before)
    }
    await inventory.click()
    await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor()
    await page.locator('.account a').click()
    const name = page.getByRole('main').getByLabel('Name', { exact: true })
    await name.fill(' The Boss ')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByText('Your name is saved').waitFor()
    await inventory.click()
    await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor()
    await page.locator('.account a').click()
    await name.fill('Nobody')
    await inventory.click()
    await discard.click()
    await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor()
    t.equal(await dialog.count(), 0)
  })
  t.same(faults, [])
  await context.close()
})
