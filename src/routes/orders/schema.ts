import { Type } from '@sinclair/typebox'
import { orderStatuses } from '../../contract/order.js'
import { idempotencyKeyHeader } from '../../http/idempotency-key.js'
import { Metadata, MetadataOrNull, stringEnum, VISIBLE } from '../../http/schema.js'

export const example = {
  id: '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c53',
  checkoutId: null,
  userId: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  productId: '019aa3c2-8b10-7d52-b6a1-5f1f0c9e7d42',
  productName: 'Walnut desk lamp',
  quantity: 2,
  unitPrice: 19.99,
  totalPrice: 39.98,
  status: 'pending',
  note: null,
  metadata: null,
  expiresAt: null,
  createdAt: '2026-11-22T16:54:00.000Z',
  updatedAt: '2026-11-22T16:54:00.000Z',
}

const Id = Type.String({ description: 'Opaque', examples: [example.productId] })
const Time = Type.String({ format: 'date-time' })
const Money = Type.Number({ description: 'Exact, with at most as many decimals as the currency has' })
const Status = stringEnum(orderStatuses, { title: 'OrderStatus' })

export const orderMembers = {
  id: Id,
  checkoutId: Type.Union([Id, Type.Null()]),
  userId: Id,
  productId: Id,
  productName: Type.String({ description: "The product's name when it was ordered" }),
  quantity: Type.Integer(),
  unitPrice: Money,
  totalPrice: Money,
  status: Status,
  note: Type.Union([Type.String(), Type.Null()]),
  metadata: MetadataOrNull,
  expiresAt: Type.Union([Time, Type.Null()], {
    description: 'When the order is cancelled unless it is confirmed first; null without a limit',
  }),
  createdAt: Time,
  updatedAt: Time,
}

export const Order = Type.Object(orderMembers, {
  title: 'Order',
  description: 'The order',
  examples: [example],
})

export const PlacedOrder = Type.Object(orderMembers, {
  title: 'Order',
  description: 'The order',
  examples: [example],
  headers: {
    Location: Type.String({ description: 'The URL of the order' }),
    'Idempotent-Replayed': Type.String({ description: '`true` if an earlier request placed the order' }),
  },
})

export const OrderParams = Type.Object({ id: Id })

export const line = {
  productId: Id,
  quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
}

/** A note on an order: readable text in one line. */
export const Note = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: VISIBLE,
  examples: ['Leave it with the neighbours'],
})

/** On which terms to order. */
export const terms = {
  note: Type.Optional(Note),
  metadata: Type.Optional(Metadata),
  expiresIn: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 604_800,
      description:
        "Seconds until the order is cancelled and its stock given back, unless it is confirmed first; the shop's " +
        '`ORDER_EXPIRES_AFTER` if left out',
    }),
  ),
}

export const NewOrder = Type.Object(
  { ...line, ...terms },
  {
    title: 'NewOrder',
    additionalProperties: false,
    examples: [{ productId: example.productId, quantity: 2 }],
  },
)

export const NewOrderHeaders = Type.Object({
  'idempotency-key': idempotencyKeyHeader('the order that the first request placed'),
})
