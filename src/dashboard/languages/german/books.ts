import type { BooksTexts } from '../books.js'
import { phrase } from '../phrase.js'
import { plural } from '../plural.js'

export const books: BooksTexts = {
  cancelledOrder: 'Stornierte Bestellung',
  expiredOrder: 'Verfallene Bestellung',
  adjusted: 'Angepasst',
  edited: 'Bearbeitet',
  imported: 'Importiert',
  whetherTheFileWas: (why) =>
    `${why} Ob die Datei importiert wurde, ist nicht bekannt. Versuchen Sie es noch einmal: Sie wird nicht zweimal importiert.`,
  importProducts: 'Produkte importieren',
  importedNewChangedAs: (created, updated, unchanged) =>
    `Importiert: ${created} neu, ${updated} geändert, ${unchanged} unverändert.`,
  fileCsvOrNdjson: 'Datei (CSV oder NDJSON)',
  nothingIsChangedYet: 'Noch wird nichts geändert: Die Datei wird zuerst geprüft.',
  importing: 'Wird importiert…',
  checkingTheFile: 'Die Datei wird geprüft…',
  importNProduct: (n) => plural(n, { one: '# Produkt importieren', other: '# Produkte importieren' }),
  import: 'Importieren',
  whatTheFileWould: 'Was die Datei ändern würde',
  fresh: 'Neu',
  changed: 'Geändert',
  asTheyAre: 'Unverändert',
  withAFault: 'Fehlerhaft',
  faults: 'Fehler',
  nLineWithA: (n) =>
    plural(n, {
      one: '# fehlerhafte Zeile ändert nichts. Die anderen sind nicht betroffen.',
      other: '# fehlerhafte Zeilen ändern nichts. Die anderen sind nicht betroffen.',
    }),
  line: (line) => `Zeile ${line}`,
  onlyTheFirstFaults: 'Nur die ersten Fehler sind aufgeführt.',
  stockOfAProduct: 'Bestand eines Produkts',
  thisProductWasDeleted: 'Dieses Produkt wurde gelöscht. Seine Bücher bleiben.',
  stockBetween: (least, most, since) => `Seit ${since} zwischen ${least} und ${most}`,
  edit: 'Bearbeiten',
  adjustStock: 'Bestand anpassen',
  itsOrders: 'Seine Bestellungen',
  showNewChanges: 'Neue Änderungen anzeigen',
  changesOfTheStock: 'Änderungen des Bestands, neueste zuerst',
  change: 'Änderung',
  why: 'Warum',
  theSystem: 'dem System',
  olderChanges: 'Ältere Änderungen',
  csvFile: (sku, name, price, stock) =>
    phrase`Eine CSV-Datei, wie der Export sie schreibt: eine erste Zeile mit den Spalten ${sku}, ${name}, ${price}, ${stock}. Eine Zeile mit bekannter SKU oder Kennung ändert dieses Produkt.`,
  inStock: (stock, price) => `${stock} auf Lager, ${price}`,
  by: (actor) => phrase`von ${actor}`,
}
