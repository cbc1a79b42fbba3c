import type { ShellTexts } from '../shell.js'

export const shell: ShellTexts = {
  tryingAgain: (trouble) => `${trouble} Neuer Versuch…`,
  opening: 'Wird geöffnet…',
  inventory: 'Lager',
  pulse: 'Puls',
  people: 'Personen',
  webhooks: 'Webhooks',
  audit: 'Protokoll',
  account: 'Konto',
  views: 'Ansichten',
  fresh: 'neu',
  youAreStillSigned: 'Sie sind noch angemeldet',
  accountOf: 'Konto von',
  signInAgain: 'Wieder anmelden',
  yourSessionHasEnded: 'Ihre Sitzung ist beendet. Was Sie gerade taten, geht weiter, wenn Sie zurück sind.',
  keys: 'Tasten',
  search: 'suchen',
  fromTheSearchTo: 'von der Suche zur Liste',
  theViewsOfThe: 'die Ansichten des Menüs',
  undoWhatIsHeld: 'rückgängig machen, was noch zurückgehalten wird',
  thisHelp: 'diese Hilfe',
}
