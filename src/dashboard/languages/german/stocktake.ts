import { plural } from '../plural.js'
import type { StocktakeTexts } from '../stocktake.js'

export const stocktake: StocktakeTexts = {
  noSku: 'Keine SKU',
  inTheBooks: 'In den Büchern',
  countedOf: (name) => `Gezählt von ${name}`,
  aWholeNumber: 'Eine ganze Zahl',
  notCounted: 'Nicht gezählt',
  asInTheBooks: 'Wie in den Büchern',
  takeOffTheList: (name) => `${name} von der Liste nehmen`,
  notSavedTheStock: (expected, available) =>
    `Nicht gespeichert: Der Bestand in den Büchern hat sich inzwischen von ${expected} auf ${available} geändert.`,
  countedBeforeThat: (shifted) => `Vorher gezählt: ${shifted}`,
  countedAfterIt: (counted) => `Danach gezählt: ${counted}`,
  skuOrWordsOf: 'SKU oder Wörter des Namens',
  countIt: 'Zählen',
  noProductHasThis: 'Kein Produkt hat diese SKU oder diesen Namen.',
  thisProductWasDeleted: 'Dieses Produkt wurde inzwischen gelöscht.',
  itWasNotSaved: 'Es wurde nicht gespeichert.',
  stocktake: 'Inventur',
  whetherTheCountsWere: (why) =>
    `${why} Ob die Zählungen gespeichert wurden, ist nicht bekannt. Speichern Sie noch einmal: Sie werden nicht zweimal gespeichert.`,
  nStock: (n) => plural(n, { one: '# Bestand', other: '# Bestände' }),
  saveNCount: (n) => plural(n, { one: '# Zählung speichern', other: '# Zählungen speichern' }),
  theseAreAsMany: 'Mehr können nicht auf einmal gespeichert werden. Speichern Sie, und machen Sie weiter.',
  scanOrTypeA:
    'SKU scannen oder eintippen, zählen, Enter drücken und mit dem nächsten Produkt weitermachen. Nichts ändert sich, bis Sie speichern.',
  none: 'keiner',
  saved: (n, corrected) =>
    plural(n, {
      one: `# Zählung gespeichert, korrigiert: ${corrected}.`,
      other: `# Zählungen gespeichert, korrigiert: ${corrected}.`,
    }),
  needYou: (n) =>
    plural(n, { one: '# Zeile braucht Sie: siehe unten.', other: '# Zeilen brauchen Sie: siehe unten.' }),
}
