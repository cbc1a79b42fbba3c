import { Type } from '@sinclair/typebox'
import { line, Order, example as order, terms } from '../orders/schema.js'

const id = '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c52'

const example = {
  id,
  orders: [{ ...order, checkoutId: id, expiresAt: '2026-11-22T17:09:00.000Z' }],
  totalPrice: 39.98,
  expiresAt: '2026-11-22T17:09:00.000Z',
}

const Id = Type.String({ description: 'Opaque', examples: [id] })

const checkoutMembers = {
  id: Id,
  orders: Type.Array(Order, { description: "In the sequence of the request's items" }),
  totalPrice: Type.Number({
    description: 'The sum over all orders, including any cancelled since. Exact',
  }),
  expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When the first of its pending orders expires; null if none does',
  }),
}

/** The schema of the response with a checkout and its ETag. */
export const versionedCheckout = (description: string) =>
  Type.Object(checkoutMembers, {
    title: 'Checkout',
    description,
    examples: [example],
    headers: {
      ETag: Type.String({
        description: 'The version of the checkout, which each change of an order of it changes',
      }),
    },
  })

export const PlacedCheckout = Type.Object(checkoutMembers, {
  title: 'Checkout',
  description: 'The checkout',
  examples: [example],
  headers: {
    Location: Type.String({ description: 'The URL of the checkout' }),
    'Idempotent-Replayed': Type.String({ description: '`true` if an earlier request placed the checkout' }),
  },
})

export const CheckoutParams = Type.Object({ id: Id })

export const WriteConditions = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag of the checkout; 412 if one of its orders has changed since' }),
  ),
})

const LINES_AT_MOST = 100

export const NewCheckout = Type.Object(
  {
    items: Type.Array(Type.Object(line, { additionalProperties: false }), {
      minItems: 1,
      maxItems: LINES_AT_MOST,
      description: 'Of different products',
    }),
    ...terms,
  },
  {
    title: 'NewCheckout',
    additionalProperties: false,
    examples: [
      { items: [{ productId: order.productId, quantity: 2 }], metadata: { gift: true }, expiresIn: 900 },
    ],
  },
)
