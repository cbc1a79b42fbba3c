import type { Page } from 'playwright-core'
import type { Things } from './shop.js'
import { refuse, type State } from './state.js'

const press = (name: string | RegExp) => (page: Page) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()
/** Presses a button of the menu `menu`. */
const choose = (menu: string, item: string) => async (page: Page) => {
  await page.getByText(menu, { exact: true }).click()
  await page.getByText(item, { exact: true }).click()
}
const both =
  (...steps: ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const step of steps) await step(page)
  }
const withView = (page: Page) =>
  page
    .evaluate(`localStorage.setItem('stockroom-views', JSON.stringify([{ name: 'Mugs', query: 'q=mug' }]))`)
    .then(() => page.reload())

const ofOrders = ({ order }: Things): State[] => [
  {
    name: 'the filter of orders, with a fault',
    place: '#/orders',
    open: both(
      press('Filter…'),
      (page) => page.getByLabel('Total from').fill('a lot'),
      press('Show these orders'),
    ),
    shows: /must be an amount/,
    dialog: 'orders/filtering/filter-dialog.tsx',
  },
  {
    name: 'a view to save',
    place: '#/orders?status=pending',
    open: choose('Views', 'Save this view…'),
    shows: 'It is kept in this browser.',
    dialog: 'orders/views/view-dialogs.tsx',
  },
  {
    name: 'the keys',
    place: '#/orders',
    open: async (page) => {
      await page.locator('.rows .row').first().waitFor()
      await page.keyboard.press('?')
    },
    shows: 'select all loaded orders',
    dialog: 'keys-help.tsx',
  },
  {
    name: 'a selection with its menu',
    place: '#/orders',
    open: both(
      (page) => page.getByRole('checkbox', { name: 'Select all loaded orders' }).click(),
      (page) => page.locator('.bulk').getByText('Print', { exact: true }).click(),
    ),
    shows: 'Packing slips',
  },
  {
    name: 'a held change',
    place: '#/orders?status=confirmed',
    open: both(
      (page) => page.getByRole('checkbox', { name: 'Select all loaded orders' }).click(),
      press(/^Mark as shipped/),
    ),
    shows: /will be shipped/,
  },
  {
    name: 'an order to cancel',
    place: `#/orders/${order}`,
    open: press('Cancel order…'),
    shows: 'Keep it',
  },
  {
    name: 'a note that was typed',
    place: `#/orders/${order}`,
    open: both(
      press(/note/),
      (page) => page.getByRole('textbox', { name: 'Note' }).fill('Two bows'),
      (page) => page.keyboard.press('Escape'),
    ),
    shows: 'Leave without what you typed?',
  },
]

const ofProducts: State[] = [
  {
    name: 'a product to add, with faults',
    place: '#/inventory/new',
    open: (page) => page.getByRole('dialog').getByRole('button', { name: 'Add product' }).click(),
    shows: /Enter a name/,
  },
  {
    name: 'an import',
    place: '#/inventory/import',
    shows: 'File (CSV or NDJSON)',
    dialog: 'inventory/import-dialog.tsx',
  },
  {
    name: 'an import with faults',
    place: '#/inventory/import',
    open: (page) =>
      page.getByLabel('File (CSV or NDJSON)').setInputFiles({
        name: 'x.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('sku,name,price,stock\nA-1,,x,1'),
      }),
    shows: 'With a fault',
  },
  {
    name: 'the menu of products',
    place: '#/inventory',
    open: (page) => page.getByText('More', { exact: true }).click(),
    shows: 'Take stock',
  },
  {
    name: 'a product that cannot be restored',
    place: '#/inventory/deleted',
    answers: { '**/products/*/restore': refuse(409, 'sku-taken') },
    open: press('Restore Old vase'),
    shows: '“Old vase” was not restored. x',
  },
  { name: 'a stocktake, empty', place: '#/inventory/stocktake', shows: 'Count it' },
  {
    name: 'a stocktake that finds nothing',
    place: '#/inventory/stocktake',
    open: both((page) => page.getByLabel('SKU, or words of the name').fill('NOTHING-9'), press('Count it')),
    shows: 'No product has this SKU or name.',
  },
  {
    name: 'a stocktake',
    place: '#/inventory/stocktake',
    open: both(
      (page) => page.getByLabel('SKU, or words of the name').fill('LAMP-1'),
      press('Count it'),
      (page) => page.getByLabel('Counted of Walnut desk lamp').fill('30'),
    ),
    shows: 'Save 1 count',
  },
]

const ofOffice = ({ person, webhook }: Things): State[] => [
  {
    name: 'an account to disable',
    place: `#/people/${person}`,
    open: press('Disable account…'),
    shows: 'Disable the account',
  },
  {
    name: 'an account to erase',
    place: `#/people/${person}`,
    open: both(press('Erase account…'), press('Erase the account')),
    shows: /is not the one of this account/,
  },
  {
    name: 'an entry of the audit trail',
    place: '#/audit',
    open: (page) => page.locator('.rows .row a').first().click(),
    shows: 'All by the same',
    dialog: 'audit/entry-panel.tsx',
  },
  {
    name: 'a webhook to add, with a fault',
    place: '#/webhooks/new',
    open: (page) => page.getByRole('dialog').getByRole('button', { name: 'Add webhook' }).click(),
    shows: /must not be empty/,
    dialog: 'webhooks/webhook-dialog.tsx',
  },
  {
    name: 'a webhook to replay, with a fault',
    place: `#/webhooks/${webhook}`,
    open: both(press('Replay…'), press('Replay')),
    shows: /must be a whole number/,
    dialog: 'webhooks/replay-dialog.tsx',
  },
  {
    name: 'a secret to renew',
    place: `#/webhooks/${webhook}`,
    open: press('New secret…'),
    shows: 'Make a new secret',
    dialog: 'webhooks/rotate-secret-dialog.tsx',
  },
  {
    name: 'a webhook to delete',
    place: `#/webhooks/${webhook}`,
    open: press('Delete…'),
    shows: 'Delete the webhook',
    dialog: 'webhooks/delete-webhook-dialog.tsx',
  },
]

/** What opens over the pages, before the person goes on. */
export const statesOfDialogs = (things: Things): State[] => [
  ...ofOrders(things),
  {
    name: 'views to delete',
    place: '#/orders',
    open: both(withView, choose('Views', 'Delete views…')),
    shows: 'Mugs',
  },
  ...ofProducts,
  ...ofOffice(things),
]
