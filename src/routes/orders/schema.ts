import { Type } from '@sinclair/typebox'
import { orderStatuses } from '../../contract/order.js'
import { queryOf, stringEnum } from '../../http/schema.js'

const example = {
  id: '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c53',
  userId: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  productId: '019aa3c2-8b10-7d52-b6a1-5f1f0c9e7d42',
  quantity: 2,
  unitPrice: 19.99,
  totalPrice: 39.98,
  status: 'pending',
  createdAt: '2026-11-22T16:54:00.000Z',
  updatedAt: '2026-11-22T16:54:00.000Z',
}

const Id = Type.String({ description: 'Opaque', examples: [example.productId] })
const Time = Type.String({ format: 'date-time' })
const Money = Type.Number({ description: 'Exact, with at most two decimals' })
const Status = stringEnum(orderStatuses)

export const orderMembers = {
  id: Id,
  userId: Id,
  productId: Id,
  quantity: Type.Integer(),
  unitPrice: Money,
  totalPrice: Money,
  status: Status,
  createdAt: Time,
  updatedAt: Time,
}

export const Order = Type.Object(orderMembers, { description: 'The order', examples: [example] })

export const PlacedOrder = Type.Object(orderMembers, {
  description: 'The order',
  examples: [example],
  headers: {
    Location: Type.String({ description: 'The URL of the order' }),
    'Idempotent-Replayed': Type.String({ description: '`true` if an earlier request placed the order' }),
  },
})

export const OrderPage = Type.Object(
  {
    items: Type.Array(Type.Object(orderMembers)),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last',
    }),
  },
  { description: 'A page of orders, newest first', examples: [{ items: [example], nextCursor: null }] },
)

export const OrderParams = Type.Object({ id: Id })

export const NewOrder = Type.Object(
  {
    productId: Id,
    quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
  },
  { additionalProperties: false, examples: [{ productId: example.productId, quantity: 2 }] },
)

export const NewOrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'Makes a retry safe: the same key and body return the order that the first request placed. ' +
        '1 to 255 printable ASCII characters, bare or as a quoted string.',
      minLength: 1,
      maxLength: 512,
      pattern: '^[\\x20-\\x7e]+$',
      examples: ['3f0c6e1c-cart-17'],
    }),
  ),
})

export const StatusChange = Type.Object(
  { status: Status },
  { additionalProperties: false, examples: [{ status: 'confirmed' }] },
)

export const OrderQuery = queryOf({
  status: Type.Optional(Status),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
  scope: Type.Optional(
    stringEnum(['own', 'all'], {
      description: '`all`: orders of every user (admins and staff)',
      default: 'own',
    }),
  ),
  userId: Type.Optional(
    Type.String({ maxLength: 200, description: 'Orders of this user (admins and staff)' }),
  ),
})
