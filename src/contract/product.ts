/** A product as clients see it. */
export interface ProductView {
  id: string
  name: string
  price: number
  stock: number
  createdAt: string
  updatedAt: string
}
