import { Type } from '@sinclair/typebox'
import { queryOf } from '../../http/schema.js'

const Event = Type.Object({
  offset: Type.Integer(),
  type: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  data: Type.Unknown({ description: 'The order, product or stock, depending on `type`' }),
})

export const EventQuery = queryOf({
  after: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'The last offset that the client knows',
  }),
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  epoch: Type.Optional(
    Type.String({
      maxLength: 36,
      description:
        '`epoch` of the response that `after` comes from. If the log has been replaced since, the response is 409 with the new epoch.',
    }),
  ),
})

export const EventPage = Type.Object(
  { items: Type.Array(Event), epoch: Type.String({ description: 'The id of this log' }) },
  {
    examples: [
      {
        items: [
          {
            offset: 7,
            type: 'stock:changed',
            createdAt: '2026-11-22T09:30:00.000Z',
            data: { productId: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', stock: 12 },
          },
        ],
        epoch: '3f1c9d52a8e74b06b1d0c5e27f9a6b84',
      },
    ],
  },
)
