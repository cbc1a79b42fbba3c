import { Type } from '@sinclair/typebox'
import { stringEnum } from '../../http/schema.js'
import { orderExpansions } from '../../orders/search/expand.js'
import { orderMembers } from './schema.js'

export const Expand = Type.Optional(
  Type.Array(stringEnum(orderExpansions), {
    minItems: 1,
    maxItems: 10,
    description:
      'What to put beside each order: `customer` (admins and staff) and `product`, repeated or separated by commas',
  }),
)

const OrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

/** The members of an order with what `expand` puts beside it. */
export const expandedMembers = {
  ...orderMembers,
  customer: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        name: Type.String({ description: '`Deleted user` after an erasure' }),
        email: OrNull('Null after an erasure'),
      },
      { description: 'With `expand=customer`' },
    ),
  ),
  product: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        sku: OrNull('Null without one'),
        name: Type.String({ description: "Today's name" }),
      },
      { description: 'With `expand=product`, also for a deleted product' },
    ),
  ),
}
