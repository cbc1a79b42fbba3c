import { translated } from './language.js'

const english = {
  tryingAgain: (refreshTrouble: string) => `${refreshTrouble} Trying again…`,
  opening: 'Opening…',
  inventory: 'Inventory',
  pulse: 'Pulse',
  people: 'People',
  webhooks: 'Webhooks',
  audit: 'Audit',
  account: 'Account',
  views: 'Views',
  fresh: 'new',
  youAreStillSigned: 'You are still signed in',
  accountOf: 'Account of',
  signInAgain: 'Sign in again',
  yourSessionHasEnded: 'Your session has ended. What you were doing goes on when you are back.',
  keys: 'Keys',
  search: 'search',
  fromTheSearchTo: 'from the search to the list',
  theViewsOfThe: 'the views of the menu',
  undoWhatIsHeld: 'undo what is held back',
  thisHelp: 'this help',
}
export type ShellTexts = typeof english

export const t = translated('shell', english)
