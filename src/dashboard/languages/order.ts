import type { ComponentChildren } from 'preact'
import { translated } from './language.js'
import { phrase } from './phrase.js'

const english = {
  nothingElse: 'Nothing else',
  quantity: 'Quantity',
  account: (userId: string) => `Account ${userId}`,
  allTheirOrders: 'All their orders',
  lastChange: 'Last change',
  cancelThisOrderAnd: 'Cancel this order and give its stock back?',
  cancelling: 'Cancelling…',
  cancelTheOrder: 'Cancel the order',
  working: 'Working…',
  cancelOrder: 'Cancel order…',
  stopTrying: 'Stop trying',
  note: 'Note',
  addANote: 'Add a note',
  editTheNote: 'Edit the note',
  saveAgainToReplace: (message: string) => `${message} Save again to replace it.`,
  theCustomerSeesIt: 'The customer sees it too.',
  saveTheNote: 'Save the note',
  order: (id: string) => `Order ${id}`,
  thereIsNoSuch: 'There is no such order.',
  tryAgain: 'Try again',
  thisOrderWasCancelled: 'This order was cancelled and its stock returned.',
  somebodyElseWroteMeanwhile: (current: string) => `Somebody else wrote meanwhile: “${current}”`,
  somebodyElseRemovedThe: 'Somebody else removed the note meanwhile.',
  expired: 'Expired',
  noteRemoved: 'Note removed',
  metadataChanged: 'Metadata changed',
  history: 'History',
  theSystem: 'the system',
  orderedTogether: 'Ordered together',
  orderedTogetherFor: (amount: string) => `Ordered together: ${amount}`,
  cancelledIn: (left: ComponentChildren) => phrase`Unless confirmed, it is cancelled in ${left}.`,
  by: (actor: ComponentChildren) => phrase`by ${actor}`,
}
export type OrderTexts = typeof english

export const t = translated('order', english)
