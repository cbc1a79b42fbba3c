import { type SchemaOptions, Type } from '@sinclair/typebox'
import { MAX_STOCK, SKU_LENGTH, SKU_PATTERN } from '../../catalog/product.js'
import { sortNames } from '../../catalog/search/sort-and-cursor.js'
import { amount, Metadata, MetadataOrNull, queryOf, rounded, stringEnum } from '../../http/schema.js'
import { Format } from '../../http/table-file.js'
import type { Money } from '../../money.js'

/** A line of visible text: no control characters, line separators or halves of surrogate pairs. */
const TEXT = '^(?=[^\\p{L}\\p{N}\\p{P}\\p{S}]*[\\p{L}\\p{N}\\p{P}\\p{S}])[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]*$'

const text = (options: SchemaOptions) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: TEXT, ...options })

const name = text({ examples: ['Walnut desk lamp'] })
const price = (money: Money) => amount(money, { maximum: 1_000_000, example: 24.5 })
const stock = Type.Integer({ minimum: 0, maximum: MAX_STOCK, examples: [40] })

const sku = Type.Union(
  [Type.String({ minLength: 1, maxLength: SKU_LENGTH, pattern: SKU_PATTERN }), Type.Null()],
  { description: 'Stock keeping unit, unique among the products on sale', examples: ['LAMP-WALNUT'] },
)
const lowStockThreshold = Type.Union([Type.Integer({ minimum: 0, maximum: MAX_STOCK }), Type.Null()], {
  description: "Stock at or below which the product runs low; null for the shop's threshold",
  examples: [5],
})

const metadata = Type.Union([Metadata, Type.Null()], {
  description: 'Replaces all of it; null removes it',
  examples: [{ color: 'walnut' }],
})

export const example = {
  id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  sku: 'LAMP-WALNUT',
  name: 'Walnut desk lamp',
  price: 24.5,
  stock: 40,
  lowStockThreshold: null,
  metadata: { color: 'walnut' },
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
}

export const Product = Type.Object(
  {
    id: Type.String(),
    sku: Type.Union([Type.String(), Type.Null()]),
    name: Type.String(),
    price: Type.Number(),
    stock: Type.Integer(),
    lowStockThreshold: Type.Union([Type.Integer(), Type.Null()]),
    metadata: MetadataOrNull,
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Product', examples: [example] },
)

export const newProduct = (money: Money) =>
  Type.Object(
    {
      sku: Type.Optional(sku),
      name,
      price: price(money),
      stock,
      lowStockThreshold: Type.Optional(lowStockThreshold),
      metadata: Type.Optional(metadata),
    },
    {
      title: 'NewProduct',
      additionalProperties: false,
      examples: [
        { name: 'Walnut desk lamp', price: rounded(money, 24.5), stock: 40, metadata: { color: 'walnut' } },
      ],
    },
  )

export const productChanges = (money: Money) =>
  Type.Partial(
    Type.Object({
      sku,
      name,
      price: price(money),
      lowStockThreshold,
      metadata,
      stock: Type.Integer({
        minimum: 0,
        description: `At most ${MAX_STOCK}; more only if cancelled orders have already raised it above that`,
        examples: [40],
      }),
    }),
    {
      title: 'ProductChanges',
      additionalProperties: false,
      minProperties: 1,
      examples: [{ price: rounded(money, 17.5) }],
    },
  )

/** The fields of a product in a line of a file, which may leave out any. */
export const productLine = (money: Money) =>
  Type.Object(
    { id: Type.Optional(Type.String()), ...Type.Partial(productChanges(money)).properties },
    { additionalProperties: false },
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
  {
    title: 'StockAdjustment',
    additionalProperties: false,
    examples: [{ delta: -2, reason: 'Broken in the warehouse' }],
  },
)

export const ProductParams = Type.Object({ id: Type.String() })

const tags = (description: string) => Type.Optional(Type.String({ description }))

export const ReadConditions = Type.Object({
  'if-none-match': tags('ETags that the client has; 304 if one of them is current'),
})

export const WriteConditions = Type.Object({
  'if-match': tags('ETags of the product as the client knows it; 412 when it has changed since'),
})

/** A response of one product, with its headers. */
export const productResponse = (description: string, headers: string[] = []) => ({
  description,
  headers: Object.fromEntries(['ETag', ...headers].map((header) => [header, Type.String()])),
  content: { 'application/json': { schema: Product } },
})

const priceBound = (money: Money, description: string) =>
  Type.Optional(amount(money, { description, example: 10 }))

/** Filters and order of a list of products. */
const selection = (money: Money) => ({
  sku: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The product with this SKU',
      examples: ['LAMP-WALNUT'],
    }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words of the name, in any order: each (of the first 10) must be the beginning of a word. Case, accents, full-width forms and invisible characters are ignored, and letters such as ł, ø and ß match l, o and ss. Vowel signs of Indic scripts and Thai, and the voiced marks of kana, are significant.',
      examples: ['desk lamp'],
    }),
  ),
  minPrice: priceBound(money, 'The least price'),
  maxPrice: priceBound(money, 'The highest price'),
  inStock: Type.Optional(
    Type.Boolean({ description: '`true` for products in stock, `false` for sold-out ones' }),
  ),
  sort: stringEnum(sortNames, { default: '-createdAt', description: '`-` for descending' }),
})

export const productExportQuery = (money: Money) => queryOf({ format: Format, ...selection(money) })

export const productQuery = (money: Money) =>
  queryOf({
    ...selection(money),
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
  {
    title: 'ProductPage',
    description: 'A page of products',
    examples: [{ items: [example], nextCursor: null }],
  },
)

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const ImportReport = Type.Object(
  {
    created: count('Lines that added a product'),
    updated: count('Lines that changed one'),
    unchanged: count('Lines that repeat what a product is already'),
    failed: count('Lines with a fault, which changed nothing'),
    errors: Type.Array(
      Type.Object({
        line: Type.Integer({ minimum: 1 }),
        path: Type.String({ description: 'The column or field; empty for the whole line' }),
        message: Type.String(),
      }),
      { description: 'The first 100 faults, in the order of the lines' },
    ),
  },
  {
    title: 'ImportReport',
    description: 'What the file has changed, or with `dryRun` would change',
    examples: [
      {
        created: 1,
        updated: 2,
        unchanged: 0,
        failed: 1,
        errors: [{ line: 4, path: 'price', message: 'must be a number written like 1234.5' }],
      },
    ],
  },
)
