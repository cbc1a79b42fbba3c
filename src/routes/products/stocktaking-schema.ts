import { type Static, Type } from '@sinclair/typebox'
import { MAX_STOCK } from '../../catalog/product.js'
import { Adjustment, example, Product } from './schema.js'

export const MAX_LINES = 1_000

const { delta, reason } = Adjustment.properties

const count = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, description, examples: [40] }))

const LineMembers = Type.Object(
  {
    sku: Type.Optional(Type.String({ description: 'The product, by its SKU' })),
    productId: Type.Optional(Type.String({ description: 'The product, by its id' })),
    stock: count(`The stock as counted: at most ${MAX_STOCK}, unless that is the stock already`),
    delta: Type.Optional(delta),
    expected: count('The stock that the line is about'),
  },
  { additionalProperties: false },
)

const oneOf = (...names: (keyof Static<typeof LineMembers>)[]) => ({
  oneOf: names.map((name) => ({ required: [name] })),
})

const Line = Type.Unsafe<Static<typeof LineMembers>>({
  ...LineMembers,
  allOf: [oneOf('sku', 'productId'), oneOf('stock', 'delta')],
})

export const Stocktake = Type.Object(
  { items: Type.Array(Line, { minItems: 1, maxItems: MAX_LINES }), reason },
  {
    title: 'Stocktake',
    additionalProperties: false,
    examples: [{ items: [{ sku: 'LAMP-WALNUT', stock: 40, expected: 42 }], reason: 'Stocktake' }],
  },
)

const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
  },
  { additionalProperties: true, description: 'Why the stock was left as it is' },
)

export const StockOutcomes = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        sku: Type.Optional(Type.String({ description: 'As in the line' })),
        productId: Type.Optional(Type.String({ description: 'As in the line' })),
        status: Type.Integer({
          description:
            '200; 404 for an unknown product; 409 for another stock than `expected` (`stock-changed`), too little (`insufficient-stock`) or, by a `delta`, too much of it (`stock-limit`)',
        }),
        product: Type.Optional(Product),
        problem: Type.Optional(Problem),
      }),
    ),
  },
  {
    title: 'StocktakeReport',
    description: 'What became of each line, in the order of `items`',
    examples: [{ items: [{ sku: 'LAMP-WALNUT', status: 200, product: example }] }],
  },
)
