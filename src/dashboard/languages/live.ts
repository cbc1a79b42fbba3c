import { translated } from './language.js'
import { plural } from './plural.js'

const english = {
  aWebhookWasDisabled: 'A webhook was disabled',
  itsProgramGetsNo: 'Its program gets no events.',
  newOrder: 'New order',
  nNewOrder: (n: number) => plural(n, { one: '# new order', other: '# new orders' }),
  live: 'Live',
  changesAppearAsThey: 'Changes appear as they happen',
  catchingUp: 'Catching up',
  readingTheEventsMissed: 'Reading the events missed meanwhile',
  offline: 'Offline',
  tryingToReachThe: 'Trying to reach the server; nothing will be missed',
  theServerHasA: 'The server has a new version of this page.',
  reload: 'Reload',
  soundOn: 'Sound on',
  soundOff: 'Sound off',
  thisAccountMayNot: 'This account may not follow live changes any more.',
  theServerRefusesThe:
    'The server refuses the live connection, though you are signed in. A proxy in between may change its headers.',
  theLiveConnectionEnds: 'The live connection ends again and again.',
  noLiveChangesTrying: (trouble: string) =>
    `No live changes: ${trouble} Trying again; nothing will be missed.`,
}
export type LiveTexts = typeof english

export const t = translated('live', english)
