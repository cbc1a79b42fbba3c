import type { Product } from '#prisma'
import { fromMinor } from '../money.js'

/** A product as clients see it. */
export interface ProductView {
  id: string
  name: string
  price: number
  stock: number
  createdAt: string
  updatedAt: string
}

/** The columns that a view is made of. */
export type ProductRow = Pick<Product, 'id' | 'name' | 'price' | 'stock' | 'createdAt' | 'updatedAt'>

export const viewProduct = (row: ProductRow): ProductView => ({
  id: row.id,
  name: row.name,
  price: fromMinor(row.price),
  stock: Number(row.stock),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** The columns that a version goes with. */
export type VersionedRow = ProductRow & Pick<Product, 'version'>

/** A product, and its version, which grows with every change of it, stock included. */
export interface VersionedProduct {
  product: ProductView
  version: bigint
}

export const versioned = (row: VersionedRow): VersionedProduct => ({
  product: viewProduct(row),
  version: row.version,
})
