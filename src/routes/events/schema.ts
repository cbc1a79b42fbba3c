import { Type } from '@sinclair/typebox'
import { queryOf, stringEnum } from '../../http/schema.js'

const Event = Type.Object({
  offset: Type.Integer(),
  type: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  actor: Type.Object(
    {
      type: stringEnum(['user', 'key', 'system']),
      id: Type.Union([Type.String(), Type.Null()], { description: 'Null for the system' }),
    },
    {
      description:
        'Who made the change: a user, an API key, or the system itself. Events of an earlier version have the system.',
    },
  ),
  requestId: Type.Optional(Type.String({ description: 'The request that made the change, if one did' })),
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
            actor: { type: 'user', id: '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c53' },
            requestId: '6a0f9d0e-3f0b-4a53-9a55-0d7f1c6a2b10',
            data: { productId: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', stock: 12 },
          },
        ],
        epoch: '3f1c9d52a8e74b06b1d0c5e27f9a6b84',
      },
    ],
  },
)
