import type { PrintTexts } from '../print.js'

export const print: PrintTexts = {
  packingSlip: 'Lieferschein',
  for: 'Für',
  quantity: 'Menge',
  sku: 'SKU',
  pickingList: 'Pickliste',
  taken: 'Entnommen',
  printThePackingSlip: 'Lieferschein drucken',
  print: 'Drucken',
  packingSlips: 'Lieferscheine',
}
