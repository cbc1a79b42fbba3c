import { translated } from './language.js'

const english = {
  packingSlip: 'Packing slip',
  for: 'For',
  quantity: 'Quantity',
  sku: 'SKU',
  pickingList: 'Picking list',
  taken: 'Taken',
  printThePackingSlip: 'Print the packing slip',
  print: 'Print',
  packingSlips: 'Packing slips',
}
export type PrintTexts = typeof english

export const t = translated('print', english)
