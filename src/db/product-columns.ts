import type { Product } from '#prisma'

/** Columns with statements of their own: every change sets them, whatever else it is about. */
type Kept = 'version' | 'createdAt' | 'updatedAt' | 'deletedAt'

type Written = Exclude<keyof Product, Kept>

/** A 64-bit column holds numbers that JavaScript represents exactly. */
type Plain<T> = T extends bigint ? number : T

/** A row of `products`. Price in minor units. */
export type ProductRow = { [Column in Written]: Plain<Product[Column]> }

/**
 * The columns of a product that its writes name, in the order of bulk statements. A column of the model is a type error until
 * it is here or among those kept.
 */
export const PRODUCT_COLUMNS = {
  id: 'id',
  sku: 'sku',
  name: 'name',
  nameSort: 'name_sort',
  price: 'price',
  stock: 'stock',
  lowStockThreshold: 'low_stock_threshold',
  metadata: 'metadata',
} as const satisfies Record<Written, string>

const members = Object.keys(PRODUCT_COLUMNS) as Written[]

/** The columns in the order of `productValues`. */
export const productColumns = Object.values(PRODUCT_COLUMNS)

/** Those that an update sets. */
export const updatedColumns = productColumns.filter((name) => name !== PRODUCT_COLUMNS.id)

/** Returns the values of a product in the order of `productColumns`. */
export const productValues = (row: ProductRow) => members.map((member) => row[member])
