import type { Metadata } from './metadata.js'

/** A product as clients see it. */
export interface ProductView {
  id: string
  /** Stock keeping unit: the shop's own number of the product, unique among products on sale. */
  sku: string | null
  name: string
  price: number
  stock: number
  /** Stock at or below which the product runs low; null for the shop's threshold. */
  lowStockThreshold: number | null
  /** Fields of the shop's own; null without any. */
  metadata: Metadata | null
  createdAt: string
  updatedAt: string
}

/** A product that was deleted. */
export interface DeletedProductView extends ProductView {
  deletedAt: string
}
