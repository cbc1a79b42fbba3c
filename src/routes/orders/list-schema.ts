import { type Static, type TObject, Type } from '@sinclair/typebox'
import { orderStatuses } from '../../contract/order.js'
import { amount, queryOf, stringEnum } from '../../http/schema.js'
import type { Money } from '../../money.js'
import { orderSorts } from '../../orders/search/sort-and-cursor.js'
import { Expand, expandedMembers } from './expand-schema.js'
import { example } from './schema.js'

const Id = (description: string) => Type.Optional(Type.String({ description }))
const Time = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', description, examples: ['2026-11-01T00:00:00Z'] }))
const Total = (money: Money, description: string) =>
  Type.Optional(amount(money, { description, example: 10 }))

/** The parameters to select orders, in lists and in exports. */
export const searchParameters = (money: Money) => ({
  status: Type.Optional(
    Type.Array(stringEnum(orderStatuses, { title: 'OrderStatus' }), {
      minItems: 1,
      maxItems: 10,
      description: 'Any of these: repeated, or separated by commas',
    }),
  ),
  productId: Id('Orders of this product'),
  checkoutId: Id('Orders of this checkout'),
  userId: Id('Orders of this user (admins and staff)'),
  from: Time('Orders created at this time or later'),
  to: Time('Orders created before this time'),
  minTotal: Total(money, 'The least total price'),
  maxTotal: Total(money, 'The highest total price'),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        "Words in any order: each (of the first 10) must be the beginning of the order's or the checkout's id, or of a word of the product's name as it was ordered; for admins and staff also of a word of the customer's name, or of the customer's email address. Case and accents are ignored, as in the search for products.",
      examples: ['walnut lovelace'],
    }),
  ),
  sort: stringEnum(orderSorts, { default: '-createdAt', description: '`-` for descending' }),
})

export type SearchParameters = Static<TObject<ReturnType<typeof searchParameters>>>

export const orderQuery = (money: Money) =>
  queryOf({
    ...searchParameters(money),
    expand: Expand,
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 500,
        description:
          '`nextCursor` of the previous page, with the same other parameters. Takes the same time at any depth.',
      }),
    ),
    scope: Type.Optional(
      stringEnum(['own', 'all'], {
        description: '`all`: orders of every user (admins and staff)',
        default: 'own',
      }),
    ),
  })

const ExpandedOrder = Type.Object(expandedMembers, { title: 'ExpandedOrder' })

export const OrderPage = Type.Object(
  {
    items: Type.Array(ExpandedOrder),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last',
    }),
  },
  { title: 'OrderPage', description: 'A page of orders', examples: [{ items: [example], nextCursor: null }] },
)
