import { Type } from '@sinclair/typebox'
import { queryOf } from '../../http/schema.js'
import { AnyEvent, origin } from './event-schemas.js'

/** Serialised by this: one schema for all types is faster than a choice. */
const Event = Type.Object({
  offset: Type.Integer(),
  type: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  ...origin,
  data: Type.Unknown(),
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
      description:
        '`epoch` of the response that `after` comes from. If the log has been replaced since, the response is 409 with the new epoch.',
    }),
  ),
})

const epoch = Type.String({ description: 'The id of this log' })

export const EventPage = Type.Object({ items: Type.Array(Event), epoch })

/** The same in the description: each type of event with its data. */
export const DescribedEventPage = Type.Object(
  { items: Type.Array(Type.Unsafe(AnyEvent)), epoch },
  {
    title: 'EventPage',
    description: 'Events, oldest first',
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
