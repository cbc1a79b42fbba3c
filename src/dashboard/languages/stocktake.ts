import { translated } from './language.js'
import { plural } from './plural.js'

const english = {
  noSku: 'No SKU',
  inTheBooks: 'In the books',
  countedOf: (name: string) => `Counted of ${name}`,
  aWholeNumber: 'A whole number',
  notCounted: 'Not counted',
  asInTheBooks: 'As in the books',
  takeOffTheList: (name: string) => `Take ${name} off the list`,
  notSavedTheStock: (expected: string, available: string) =>
    `Not saved: the stock in the books has changed from ${expected} to ${available} meanwhile.`,
  countedBeforeThat: (shifted: string) => `Counted before that: ${shifted}`,
  countedAfterIt: (counted: string) => `Counted after it: ${counted}`,
  skuOrWordsOf: 'SKU, or words of the name',
  countIt: 'Count it',
  noProductHasThis: 'No product has this SKU or name.',
  thisProductWasDeleted: 'This product was deleted meanwhile.',
  itWasNotSaved: 'It was not saved.',
  stocktake: 'Stocktake',
  whetherTheCountsWere: (why: string) =>
    `${why} Whether the counts were saved is not known. Save again: they are not saved twice.`,
  nStock: (n: number) => plural(n, { one: '# stock', other: '# stocks' }),
  saveNCount: (n: number) => plural(n, { one: 'Save # count', other: 'Save # counts' }),
  theseAreAsMany: 'These are as many as can be saved at once. Save them, and go on.',
  scanOrTypeA:
    'Scan or type a SKU, count, press Enter, and go on with the next. Nothing changes until you save.',
  none: 'none',
  saved: (n: number, corrected: string) =>
    plural(n, {
      one: `# count saved, ${corrected} corrected.`,
      other: `# counts saved, ${corrected} corrected.`,
    }),
  needYou: (n: number) =>
    plural(n, { one: '# line needs you: see below.', other: '# lines need you: see below.' }),
}
export type StocktakeTexts = typeof english

export const t = translated('stocktake', english)
