import { translated } from './language.js'

const english = {
  onlyAreLeftThe: (available: string) => `Only ${available} are left: the stock can’t go below zero.`,
  thisProductWasDeleted: 'This product was deleted meanwhile.',
  whetherTheStockWas: (why: string) =>
    `${why} Whether the stock was adjusted is not known. Try again: it is not adjusted twice.`,
  adjustStock: 'Adjust stock',
  unitsInOrOut: 'Units in or out',
  n20Or3: '+20 or -3',
  aWholeNumberOther: 'A whole number other than 0, like +20 or -3.',
  fromWhatIsIn: (units: string) => `${units} from what is in stock at that moment.`,
  above0ForWhat: 'Above 0 for what came in, below 0 for what went out.',
  reason: 'Reason',
  deliveryBrokenCounted: 'Delivery, broken, counted…',
  keptInTheBooks: 'Kept in the books.',
  adjusting: 'Adjusting…',
  stopTrying: 'Stop trying',
  whetherItWasSaved: (why: string) =>
    `${why} Whether it was saved is not known. Try again: it is not saved twice.`,
  enterAName: 'Enter a name.',
  lettersFromATo: 'Letters from A to Z, digits and signs; 64 at most.',
  anAmountLike: (decimals: string) => `An amount like ${decimals}.`,
  aWholeNumber0: 'A whole number, 0 or more.',
  aWholeNumber02: 'A whole number, 0 or more, or nothing.',
  addProduct: 'Add product',
  editProduct: 'Edit product',
  somebodyElseChangedThis: (name: string, amount: string) =>
    `Somebody else changed this product while you were editing. It is now called “${name}” and costs ${amount}. What you typed is still here.`,
  saveMineOverIt: 'Save mine over it',
  takeCurrent: 'Take current',
  sku: 'SKU',
  asOnItsLabel: 'As on its label. May be empty.',
  price: 'Price',
  lowFromUnits: 'Low from (units)',
  emptyForThatOf: (lowThreshold: string) => `Empty for that of the shop, ${lowThreshold}.`,
  remove: 'Delete',
  somebodyElseChangedThis2: 'Somebody else changed this product meanwhile.',
  inStock: (stock: string) => `${stock} in stock`,
}
export type ProductTexts = typeof english

export const t = translated('product', english)
