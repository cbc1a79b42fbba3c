import type { LiveTexts } from '../live.js'
import { plural } from '../plural.js'

export const live: LiveTexts = {
  aWebhookWasDisabled: 'Ein Webhook wurde abgeschaltet',
  itsProgramGetsNo: 'Sein Programm erhält keine Ereignisse.',
  newOrder: 'Neue Bestellung',
  nNewOrder: (n) => plural(n, { one: '# neue Bestellung', other: '# neue Bestellungen' }),
  live: 'Live',
  changesAppearAsThey: 'Änderungen erscheinen, sobald sie geschehen',
  catchingUp: 'Holt auf',
  readingTheEventsMissed: 'Liest die inzwischen verpassten Ereignisse',
  offline: 'Offline',
  tryingToReachThe: 'Versucht, den Server zu erreichen; nichts geht verloren',
  theServerHasA: 'Der Server hat eine neue Version dieser Seite.',
  reload: 'Neu laden',
  soundOn: 'Ton an',
  soundOff: 'Ton aus',
  thisAccountMayNot: 'Dieses Konto darf Änderungen nicht mehr live verfolgen.',
  theServerRefusesThe:
    'Der Server lehnt die Live-Verbindung ab, obwohl Sie angemeldet sind. Vielleicht ändert ein Proxy dazwischen ihre Header.',
  theLiveConnectionEnds: 'Die Live-Verbindung bricht immer wieder ab.',
  noLiveChangesTrying: (trouble) =>
    `Keine Live-Änderungen: ${trouble} Es wird weiter versucht; nichts geht verloren.`,
}
