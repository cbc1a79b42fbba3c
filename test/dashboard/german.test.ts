import t from 'tap'
import { admin, launch, noBrowser, openPage, openShop, submitSignIn, until } from '../helpers/browser.js'

t.test(
  'the dashboard speaks the language of the browser, or the chosen one',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t)
    const lamp = await shop.makeProduct('Walnut desk lamp', 1_500, 19.99)
    await shop.call('PATCH', `/products/${lamp}`, { sku: 'LAMP-1' })
    const order = await shop.order(lamp, 2)
    const browser = await launch(t)
    const context = await browser.newContext({ locale: 'de-AT', timezoneId: 'Europe/Vienna' })
    const { page, faults } = await openPage(context)
    const go = (place: string) => page.goto(`${shop.server.url}/admin#/${place}`)
    const heading = (name: string) => page.getByRole('heading', { name, exact: true })
    const html = page.locator('html')
    const choose = async (label: string, option: string) => {
      const loaded = page.waitForEvent('load')
      await page
        .locator('label', { has: page.locator(`span:text-is("${label}")`) })
        .locator('select')
        .selectOption(option)
      await loaded
    }

    await t.test('at the sign-in', async (t) => {
      await go('orders')
      await heading('Anmelden').waitFor()
      t.equal(await html.getAttribute('lang'), 'de')
      t.equal(await html.getAttribute('dir'), 'ltr')
      await page.getByRole('textbox', { name: 'E-Mail' }).fill(admin.email)
      await page.getByLabel('Passwort').fill('a wrong one')
      await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
      await page.getByText('E-Mail oder Passwort ist falsch.').waitFor()
      await page.getByLabel('Passwort').fill(admin.password)
      await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
      await page.locator('.badge.live').waitFor()
    })

    await t.test('in the list of orders and on the page of an order', async (t) => {
      await heading('Bestellungen').waitFor()
      t.match(await page.title(), /^(\(\d\) )?Bestellungen · /)
      const row = page.locator('.rows .row').first()
      t.match(await row.innerText(), /39,98/)
      t.equal(await row.locator('.cell.status').innerText(), 'Offen')
      await go(`orders/${order}`)
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('heading', { name: 'Verlauf' }).waitFor()
      await dialog.getByRole('button', { name: 'Bestätigen', exact: true }).click()
      await dialog.getByRole('button', { name: 'Als versandt markieren' }).waitFor()
    })

    await t.test('in the products, whose prices are typed as 24,50', async (t) => {
      await go('inventory')
      await heading('Lager').waitFor()
      t.match(await page.locator('.rows .row').first().locator('.cell.stock').innerText(), /1[\s.]?498/)
      await page.getByRole('link', { name: 'Produkt hinzufügen' }).click()
      const dialog = page.getByRole('dialog', { name: 'Produkt hinzufügen' })
      await dialog.getByLabel('Name').fill('Oak stool')
      await dialog.getByLabel('Preis').fill('viel')
      await dialog.getByLabel('SKU').fill('LAMP-1')
      await dialog.getByRole('button', { name: 'Produkt hinzufügen' }).click()
      await dialog.getByText('Ein Betrag wie 24,50.').waitFor()
      await dialog.getByLabel('Preis').fill('24,50')
      await dialog.getByRole('button', { name: 'Produkt hinzufügen' }).click()
      await dialog.getByText('Ein anderes Produkt hat diese SKU.').waitFor()
      await dialog.getByLabel('SKU').fill('STOOL-1')
      await dialog.getByRole('button', { name: 'Produkt hinzufügen' }).click()
      await dialog.waitFor({ state: 'detached' })
      const { body } = await shop.call<{ items: { price: number }[] }>('GET', '/products?sku=STOOL-1')
      t.equal(body.items[0]?.price, 24.5)
    })

    await t.test('until another is chosen, which outlasts a sign-out', async (t) => {
      await go('account')
      await heading('Konto').waitFor()
      await choose('Sprache', 'English')
      await heading('Account').waitFor()
      t.equal(await html.getAttribute('lang'), 'en-US')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await heading('Sign in').waitFor()
      await page.reload()
      await heading('Sign in').waitFor()
      await submitSignIn(page)
      await heading('Account').waitFor()
      await choose('Language', 'As in the browser')
      await heading('Konto').waitFor()
    })

    await t.test('and shows times in the chosen zone', async (t) => {
      const times = async () => {
        await go(`orders/${order}`)
        const time = page.getByRole('dialog').locator('.history time').first()
        await time.waitFor()
        return time.innerText()
      }
      const inVienna = await times()
      await go('account')
      await choose('Zeitzone', 'Pacific/Kiritimati')
      const inKiritimati = await times()
      const placed = new Date(
        (await shop.call<{ createdAt: string }>('GET', `/orders/${order}`)).body.createdAt,
      )
      const text = (timeZone: string) =>
        new Intl.DateTimeFormat('de-AT', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(
          placed,
        )
      t.equal(inVienna, text('Europe/Vienna'))
      t.equal(inKiritimati, text('Pacific/Kiritimati'))
      // The day of the filter begins in that zone too.
      const asked = page.waitForRequest((request) => /\/orders\?.*from=/.test(request.url()))
      await page.goto(`${shop.server.url}/admin#/orders?date=today`)
      const from = new Date(new URL((await asked).url()).searchParams.get('from') ?? '')
      t.equal(from.toISOString().slice(11, 19), '10:00:00')
      await until(async () => (await page.locator('.rows .row').count()) === 1)
    })
    t.same(faults, [])
  },
)
