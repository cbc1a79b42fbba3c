import type { NewProduct } from '../src/catalog/product.js'

const LOOKS = `Walnut,Oak,Beech,Brass,Steel,Copper,Linen,Cotton,Wool,Velvet,Leather,Ceramic,Porcelain,Glass,Bamboo,Rattan,
Marble,Slate,Cork,Enamel`
const STYLES =
  'Nordic,Classic,Compact,Folding,Stackable,Hand-made,Vintage,Modern,Rustic,Slim,Café,Studio,Garden,Travel,Everyday'
const SIZES = 'small,medium,large,40 cm,60 cm,80 cm,120 cm,set of 2,set of 4,set of 6,black,white,green,blue'

/** Household items with an approximate price in whole units of money. */
const THINGS: [string, number][] = [
  ['desk lamp', 45],
  ['floor lamp', 120],
  ['bookshelf', 180],
  ['side table', 85],
  ['dining chair', 110],
  ['armchair', 390],
  ['coat rack', 60],
  ['mirror', 95],
  ['rug', 150],
  ['cushion', 25],
  ['throw', 55],
  ['curtain', 70],
  ['vase', 30],
  ['mug', 12],
  ['bowl', 18],
  ['dinner plate', 16],
  ['cutting board', 28],
  ['chef’s knife', 75],
  ['kettle', 65],
  ['teapot', 40],
  ['storage box', 22],
  ['wall clock', 48],
  ['plant pot', 20],
  ['notebook', 9],
  ['pencil case', 14],
]

const lists = [LOOKS, STYLES, SIZES].map((list) => list.split(',').map((word) => word.trim()))
const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

const SOLD_OUT_SHARE = 0.04
const MAX_STOCK = 250

/** Returns a random product a shop might sell. */
export function demoProduct(): NewProduct {
  const [look = '', style = '', size = ''] = lists.map(oneOf)
  const [thing, about] = oneOf(THINGS)
  const whole = Math.max(1, Math.round(about * (0.6 + Math.random())))
  return {
    name: `${style} ${look.toLowerCase()} ${thing}, ${size}`,
    price: Number((whole - oneOf([0, 0.01, 0.05, 0.1, 0.5])).toFixed(2)),
    stock: Math.random() < SOLD_OUT_SHARE ? 0 : 1 + Math.floor(Math.random() * MAX_STOCK),
  }
}
