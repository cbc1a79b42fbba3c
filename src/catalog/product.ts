import type { Product } from '#prisma'
import type { ProductView } from '../contract/product.js'
import { PRODUCT_COLUMNS, type ProductRow } from '../db/product-columns.js'
import { metadataOf, metadataText } from '../metadata.js'
import type { Money } from '../money.js'
import { sortKeyOf } from '../search/tokenize.js'

/** The most units a product may be given. Cancelled orders may raise its stock above it. */
export const MAX_STOCK = 1_000_000_000

/** The message of a field with more units. */
export const STOCK_FAULT = `must be at most ${MAX_STOCK}`

/** The form of a SKU: printable ASCII, without blanks at the ends. */
const SKU = /^[!-~]([ -~]*[!-~])?$/
export const SKU_PATTERN = SKU.source
export const SKU_LENGTH = 64

/** Whether `text` has the form of a SKU. Others are known not to exist, without a query. */
export const isSku = (text: string) => text.length <= SKU_LENGTH && SKU.test(text)

/** Columns of a product never shown to clients. */
type Internal = 'nameSort' | 'version' | 'deletedAt'

type Viewed = Exclude<keyof Product, Internal>

/**
 * The columns a product view is built from, by their names in the database. Lists, batches and files read these, so a
 * column added to the model is a type error until it is here.
 */
export const VIEWED_COLUMNS = {
  id: PRODUCT_COLUMNS.id,
  sku: PRODUCT_COLUMNS.sku,
  name: PRODUCT_COLUMNS.name,
  price: PRODUCT_COLUMNS.price,
  stock: PRODUCT_COLUMNS.stock,
  lowStockThreshold: PRODUCT_COLUMNS.lowStockThreshold,
  metadata: PRODUCT_COLUMNS.metadata,
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const satisfies Record<Viewed, string>

export type ViewedColumns = Pick<Product, Viewed>

/** As ProductView, whose members are thereby those of VIEWED_COLUMNS. */
type View = { [Column in Viewed]: ProductView[Column] }

export const viewProduct = (row: ViewedColumns, { fromMinor }: Money): View => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  price: fromMinor(row.price),
  stock: Number(row.stock),
  lowStockThreshold: row.lowStockThreshold,
  metadata: metadataOf(row.metadata),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** The fields of a product given by the shop. */
type Given = 'id' | 'createdAt' | 'updatedAt'

/** The fields of a product set by clients. */
export type ProductFields = Omit<View, Given>

type Required = 'name' | 'price' | 'stock'

/** A product to be added. The price has at most as many decimals as the currency. */
export type NewProduct = Pick<ProductFields, Required> & Partial<Omit<ProductFields, Required>>

const DEFAULTS: Omit<ProductFields, Required> = {
  sku: null,
  lowStockThreshold: null,
  metadata: null,
}

/** Returns all fields of a new product. */
export const completed = (input: NewProduct): ProductFields => ({ ...DEFAULTS, ...input })

/** Returns the fields of a product set by clients. */
export function fieldsOf(product: ProductFields & Partial<Pick<View, Given>>): ProductFields {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...fields } = product
  return fields
}

/** Returns the columns for the fields of a product. */
export function columnsOf(product: ProductFields, { toMinor }: Money): Omit<ProductRow, 'id'> {
  const { price, metadata, ...others } = fieldsOf(product)
  return {
    ...others,
    nameSort: sortKeyOf(others.name),
    price: toMinor(price),
    metadata: metadataText(metadata),
  }
}

/** The columns of a view plus the row version. */
export type VersionedRow = ViewedColumns & Pick<Product, 'version'>

/** A product and its version, which every change increments, stock changes included. */
export interface VersionedProduct {
  product: ProductView
  version: bigint
}

export const versioned = (row: VersionedRow, money: Money): VersionedProduct => ({
  product: viewProduct(row, money),
  version: row.version,
})
