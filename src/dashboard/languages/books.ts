import type { ComponentChildren } from 'preact'
import { translated } from './language.js'
import { phrase } from './phrase.js'
import { plural } from './plural.js'

const english = {
  cancelledOrder: 'Cancelled order',
  expiredOrder: 'Expired order',
  adjusted: 'Adjusted',
  edited: 'Edited',
  imported: 'Imported',
  whetherTheFileWas: (why: string) =>
    `${why} Whether the file was imported is not known. Try again: it is not imported twice.`,
  importProducts: 'Import products',
  importedNewChangedAs: (created: string, updated: string, unchanged: string) =>
    `Imported: ${created} new, ${updated} changed, ${unchanged} as they were.`,
  fileCsvOrNdjson: 'File (CSV or NDJSON)',
  nothingIsChangedYet: 'Nothing is changed yet: the file is checked first.',
  importing: 'Importing…',
  checkingTheFile: 'Checking the file…',
  importNProduct: (n: number) => plural(n, { one: 'Import # product', other: 'Import # products' }),
  import: 'Import',
  whatTheFileWould: 'What the file would change',
  fresh: 'New',
  changed: 'Changed',
  asTheyAre: 'As they are',
  withAFault: 'With a fault',
  faults: 'Faults',
  nLineWithA: (n: number) =>
    plural(n, {
      one: '# line with a fault changes nothing. The others are not affected.',
      other: '# lines with a fault change nothing. The others are not affected.',
    }),
  line: (line: string) => `Line ${line}`,
  onlyTheFirstFaults: 'Only the first faults are listed.',
  stockOfAProduct: 'Stock of a product',
  thisProductWasDeleted: 'This product was deleted. Its books stay.',
  stockBetween: (least: string, most: string, since: string) => `Between ${least} and ${most} since ${since}`,
  edit: 'Edit',
  adjustStock: 'Adjust stock',
  itsOrders: 'Its orders',
  showNewChanges: 'Show new changes',
  changesOfTheStock: 'Changes of the stock, newest first',
  change: 'Change',
  why: 'Why',
  theSystem: 'the system',
  olderChanges: 'Older changes',
  csvFile: (
    sku: ComponentChildren,
    name: ComponentChildren,
    price: ComponentChildren,
    stock: ComponentChildren,
  ) =>
    phrase`A CSV file, as the export writes it: a first line with the columns ${sku}, ${name}, ${price}, ${stock}. A line with a known SKU or id changes that product.`,
  inStock: (stock: string, price: string) => `${stock} in stock, ${price}`,
  by: (actor: ComponentChildren) => phrase`by ${actor}`,
}
export type BooksTexts = typeof english

export const t = translated('books', english)
