import { translated } from './language.js'

const english = {
  mustBeAnAmount: (decimals: string) => `must be an amount like ${decimals}`,
  filterOrders: 'Filter orders',
  atAnyTime: 'At any time',
  betweenTwoDays: 'Between two days…',
  since: 'From',
  to: 'To',
  totalFrom: 'Total from',
  totalUpTo: 'Total up to',
  showTheseOrders: 'Show these orders',
  nextAndPreviousOrder: 'next and previous order',
  openTheOrder: 'open the order',
  selectTheOrder: 'select the order',
  selectFromTheLast: 'select from the last selected order to this one',
  selectAllLoadedOrders: 'select all loaded orders',
  confirmShipDeliverThe: 'confirm, ship, deliver the selected orders',
  toWhatCanBe: 'to what can be done with the selection',
  clearTheSelection: 'clear the selection',
  saveThisView: 'Save this view',
  itTakesThePlace: 'It takes the place of the view of this name.',
  itIsKeptIn: 'It is kept in this browser.',
  savedViews: 'Saved views',
  remove: 'Delete',
  deleteTheView: (name: string) => `Delete the view ${name}`,
  thereAreNone: 'There are none.',
}
export type OrdersDialogsTexts = typeof english

export const t = translated('orders-dialogs', english)
