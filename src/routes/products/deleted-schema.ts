import { Type } from '@sinclair/typebox'
import { example, Product } from './schema.js'

const DeletedProduct = Type.Object(
  { ...Product.properties, deletedAt: Type.String({ format: 'date-time' }) },
  { title: 'DeletedProduct' },
)

export const DeletedProductPage = Type.Object(
  {
    items: Type.Array(DeletedProduct),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null at the end' }),
  },
  {
    title: 'DeletedProductPage',
    description: 'The last to be deleted first',
    examples: [{ items: [{ ...example, deletedAt: '2026-11-24T08:12:00.000Z' }], nextCursor: null }],
  },
)
