import type { Product } from '#prisma'
import type { ProductView } from '../contract/product.js'
import { fromMinor } from '../money.js'

/** The columns a product view is built from. */
export type ViewedColumns = Pick<Product, 'id' | 'name' | 'price' | 'stock' | 'createdAt' | 'updatedAt'>

export const viewProduct = (row: ViewedColumns): ProductView => ({
  id: row.id,
  name: row.name,
  price: fromMinor(row.price),
  stock: Number(row.stock),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** The columns of a view plus the row version. */
export type VersionedRow = ViewedColumns & Pick<Product, 'version'>

/** A product and its version, which every change increments, stock changes included. */
export interface VersionedProduct {
  product: ProductView
  version: bigint
}

export const versioned = (row: VersionedRow): VersionedProduct => ({
  product: viewProduct(row),
  version: row.version,
})
