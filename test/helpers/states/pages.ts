import { FAILED, NO_FIGURES, NO_ROWS, type PageStates } from './page-states.js'
import type { Things } from './shop.js'
import { answer, failed, missing, type State } from './state.js'

const lists: PageStates[] = [
  {
    name: 'orders',
    place: '#/orders',
    asks: '**/orders?*',
    nothing: NO_ROWS,
    empty: 'No orders yet',
    loading: 'Loading orders…',
    full: 'Walnut desk lamp',
  },
  {
    name: 'found orders',
    place: '#/orders?status=pending&q=walnut&date=7d&minTotal=1',
    asks: '**/orders?*',
    nothing: NO_ROWS,
    empty: 'No such orders',
    loading: 'Loading orders…',
    full: 'Walnut desk lamp',
  },
  {
    name: 'inventory',
    place: '#/inventory',
    asks: '**/products?*',
    nothing: NO_ROWS,
    empty: 'No products here',
    loading: 'Loading products…',
    full: 'Walnut desk lamp',
  },
  {
    name: 'products running low',
    place: '#/inventory?inStock=low',
    asks: '**/pulse?low=*',
    nothing: { lowStock: { count: 0, threshold: 10, items: [] } },
    empty: 'Nothing is running low',
    loading: 'Loading products…',
    full: 'Brass hook',
  },
  {
    name: 'deleted products',
    place: '#/inventory/deleted',
    asks: '**/products/deleted?*',
    nothing: NO_ROWS,
    empty: 'No deleted products',
    loading: 'Loading products…',
    full: 'Old vase',
  },
  {
    name: 'sales of a week',
    place: '#/pulse?range=week',
    asks: '**/pulse/sales?*',
    nothing: NO_FIGURES,
    empty: 'Nothing was ordered yet',
    loading: 'Takings a day',
    full: 'Best sellers',
  },
  {
    name: 'people',
    place: '#/people',
    asks: '**/users?*',
    nothing: NO_ROWS,
    empty: 'Nobody here',
    loading: 'Loading people…',
    full: 'ada@shop.test',
  },
  {
    name: 'webhooks',
    place: '#/webhooks',
    asks: '**/webhooks?*',
    nothing: NO_ROWS,
    empty: 'No webhooks yet',
    loading: 'Loading webhooks…',
    full: 'Bookkeeping',
  },
  {
    name: 'audit',
    place: '#/audit',
    asks: '**/audit?*',
    nothing: NO_ROWS,
    empty: 'Nothing was changed',
    loading: 'Loading the audit trail…',
    full: 'Product added',
  },
]

/** Panels over a list, of one thing each. */
const panels = ({ order, product, person, webhook }: Things): PageStates[] => [
  {
    name: 'an order',
    place: `#/orders/${order}`,
    asks: `**/orders/${order}`,
    loading: 'Loading…',
    full: 'Gift wrap',
    gone: 'There is no such order.',
    dialog: 'orders/panel/order-panel.tsx',
  },
  {
    name: 'the history of an order',
    place: `#/orders/${order}`,
    asks: `**/orders/${order}/history`,
    loading: 'Loading…',
    full: 'Placed',
  },
  {
    name: 'the other orders of a checkout',
    place: `#/orders/${order}`,
    asks: '**/checkouts/*',
    loading: 'Loading…',
    full: 'Café mug',
  },
  {
    name: 'a product',
    place: `#/inventory/${product}`,
    asks: `**/products/${product}`,
    loading: 'Edit product',
    full: 'Metadata',
    gone: 'This product was deleted meanwhile.',
    dialog: 'inventory/product-dialog.tsx',
  },
  {
    name: 'an adjustment',
    place: `#/inventory/${product}/stock`,
    asks: `**/products/${product}`,
    loading: 'Units in or out',
    full: 'in stock',
    gone: 'This product was deleted meanwhile.',
    dialog: 'inventory/adjust-dialog.tsx',
  },
  {
    name: 'a ledger',
    place: `#/inventory/${product}/ledger`,
    asks: `**/products/${product}/ledger?*`,
    nothing: NO_ROWS,
    empty: 'Its orders',
    loading: 'Loading…',
    full: 'Product added',
    dialog: 'inventory/ledger-panel.tsx',
  },
  {
    name: 'the product of a ledger',
    place: `#/inventory/${product}/ledger`,
    asks: `**/products/${product}`,
    loading: 'Its orders',
    full: 'LAMP-1',
    gone: 'This product was deleted.',
  },
  {
    name: 'a person',
    place: `#/people/${person}`,
    asks: `**/users/${person}`,
    loading: 'Loading…',
    full: 'Unlock sign-in',
    gone: 'There is no such person.',
    dialog: 'people/person-panel.tsx',
  },
  {
    name: 'a webhook',
    place: `#/webhooks/${webhook}`,
    asks: `**/webhooks/${webhook}`,
    loading: 'Loading…',
    full: 'Send a test',
    gone: 'This webhook was deleted.',
    dialog: 'webhooks/webhook-panel.tsx',
  },
  {
    name: 'the deliveries of a webhook',
    place: `#/webhooks/${webhook}`,
    asks: `**/webhooks/${webhook}/deliveries?*`,
    nothing: NO_ROWS,
    empty: 'None in the last 7 days.',
    loading: 'Loading…',
    full: 'Order placed',
  },
]

/** Parts of the account's page. */
const parts: PageStates[] = [
  {
    name: 'sessions',
    place: '#/account',
    asks: '**/auth/sessions',
    loading: 'Loading…',
    full: 'This one',
  },
  {
    name: 'passkeys',
    place: '#/account',
    asks: '**/auth/passkeys',
    nothing: { items: [] },
    empty: 'You have none.',
    loading: 'Passkeys',
    full: 'Add passkey…',
  },
  {
    name: 'API keys',
    place: '#/account',
    asks: '**/api-keys',
    nothing: { items: [] },
    empty: 'There are none.',
    loading: 'API keys',
    full: 'Old till',
  },
  {
    name: 'second factors',
    place: '#/account',
    asks: '**/auth/mfa',
    loading: 'Two-step sign-in',
    full: 'Set up an app…',
  },
]

/** The figures of the last hour are asked for by every page. */
const lastHour: PageStates = {
  name: 'the last hour',
  place: '#/pulse',
  asks: '**/pulse?since=*',
  loading: 'Orders today',
  full: 'Orders today',
}

/** Pages with their states: empty, loading, failed, of something that is not there, and full. */
export const statesOfPages = (things: Things): State[] =>
  [...lists, lastHour, ...panels(things), ...parts].flatMap(
    ({ name, place, asks, nothing, empty, loading, full, gone, dialog }) => [
      ...(nothing && empty
        ? [{ name: `${name}, empty`, place, answers: { [asks]: answer(nothing) }, shows: empty }]
        : []),
      { name: `${name}, loading`, place, answers: { [asks]: 'held' as const }, shows: loading },
      { name: `${name}, failed`, place, answers: { [asks]: failed }, shows: FAILED },
      ...(gone ? [{ name: `${name}, missing`, place, answers: { [asks]: missing }, shows: gone }] : []),
      { name: `${name}, full`, place, shows: full, ...(dialog && { dialog }) },
    ],
  )
