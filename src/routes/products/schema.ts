import { type SchemaOptions, Type } from '@sinclair/typebox'
import { MAX_STOCK } from '../../catalog/change-products.js'
import { sortNames } from '../../catalog/search/sort-and-cursor.js'
import { queryOf, stringEnum } from '../../http/schema.js'

/** A line of text that shows something: no control characters, line separators or halves of surrogate pairs. */
const TEXT = '^(?=[^\\p{L}\\p{N}\\p{P}\\p{S}]*[\\p{L}\\p{N}\\p{P}\\p{S}])[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]*$'

const text = (options: SchemaOptions) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: TEXT, ...options })

const name = text({ examples: ['Walnut desk lamp'] })
const price = Type.Number({
  minimum: 0,
  maximum: 1_000_000,
  multipleOf: 0.01,
  description: 'Exact, with at most two decimals',
  examples: [24.5],
})
const stock = Type.Integer({ minimum: 0, maximum: MAX_STOCK, examples: [40] })

const example = {
  id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  name: 'Walnut desk lamp',
  price: 24.5,
  stock: 40,
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
}

export const Product = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    price: Type.Number(),
    stock: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { examples: [example] },
)

export const NewProduct = Type.Object(
  { name, price, stock },
  { additionalProperties: false, examples: [{ name: 'Walnut desk lamp', price: 24.5, stock: 40 }] },
)

export const ProductChanges = Type.Partial(
  Type.Object({
    name,
    price,
    stock: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: `At most ${MAX_STOCK}; more only if cancelled orders have already raised it above that`,
      examples: [40],
    }),
  }),
  { additionalProperties: false, minProperties: 1, examples: [{ price: 17.5 }] },
)

export const Adjustment = Type.Object(
  {
    delta: Type.Integer({
      minimum: -MAX_STOCK,
      maximum: MAX_STOCK,
      not: { const: 0 },
      description: 'Units added, or removed if negative',
    }),
    reason: Type.Optional(text({ description: 'Recorded with the adjustment' })),
  },
  { additionalProperties: false, examples: [{ delta: -2, reason: 'Broken in the warehouse' }] },
)

export const ProductParams = Type.Object({ id: Type.String() })

const tags = (description: string) => Type.Optional(Type.String({ description }))

export const ReadConditions = Type.Object({
  'if-none-match': tags('ETags that the client has; 304 if one of them is current'),
})

export const WriteConditions = Type.Object({
  'if-match': tags('ETags of the product as the client knows it; 412 when it has changed since'),
})

/** A response of one product, with the headers that go with it. */
export const productResponse = (description: string, headers: string[] = []) => ({
  description,
  headers: Object.fromEntries(['ETag', ...headers].map((header) => [header, Type.String()])),
  content: { 'application/json': { schema: Product } },
})

const priceBound = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, multipleOf: 0.01, description, examples: [10] }))

export const ProductQuery = queryOf({
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words of the name, in any order: each (of the first 10) must be the beginning of a word. Case, accents, full-width forms and invisible characters are ignored, and letters such as ł, ø and ß match l, o and ss. Vowel signs of Indic scripts and Thai, and the voiced marks of kana, are significant.',
      examples: ['desk lamp'],
    }),
  ),
  minPrice: priceBound('The least price'),
  maxPrice: priceBound('The highest price'),
  inStock: Type.Optional(
    Type.Boolean({ description: '`true` for products in stock, `false` for sold-out ones' }),
  ),
  sort: stringEnum(sortNames, { default: '-createdAt', description: '`-` for descending' }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description:
        '`nextCursor` of the previous page, with the same `sort`. Takes the same time at any depth.',
    }),
  ),
  page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      description:
        'Instead of `cursor`. Pages reach the first 10,000 products (fewer where few products match); beyond that use `cursor`.',
    }),
  ),
})

export const ProductPage = Type.Object(
  {
    items: Type.Array(Product),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null at the end' }),
    page: Type.Optional(Type.Integer()),
    total: Type.Optional(
      Type.Integer({ description: 'Number of products in the list, with `page`; counted up to 10,000' }),
    ),
    totalIsExact: Type.Optional(
      Type.Boolean({ description: '`false` if there are at least `total` products, and perhaps more' }),
    ),
  },
  { examples: [{ items: [example], nextCursor: null }] },
)
