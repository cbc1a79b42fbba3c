import { Type } from '@sinclair/typebox'
import { queryOf } from '../query.js'

const Time = Type.String({ format: 'date-time' })
const Orders = Type.Integer({ description: 'Orders that were not cancelled' })
const Takings = Type.Number({ description: 'Their total prices, summed up; exact' })

export const PulseQuery = queryOf({
  since: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'When the day began where the reader is, 25 hours ago at most; without it, the last 24 hours count',
    }),
  ),
})

export const Pulse = Type.Object(
  {
    offset: Type.Integer({ description: 'All events up to this offset are counted in' }),
    today: Type.Object({ since: Time, orders: Orders, takings: Takings }),
    minutes: Type.Array(Type.Object({ at: Time, orders: Orders, takings: Takings }), {
      description: 'The minutes of the last hour in which something was ordered',
    }),
    lowStock: Type.Object({
      threshold: Type.Integer({ description: 'So many left, or fewer, is low' }),
      count: Type.Integer(),
      items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), stock: Type.Integer() }), {
        description: 'Those that have the least left',
      }),
    }),
    relayLag: Type.Integer({ description: 'Events of the log that the sockets were not told yet' }),
    currency: Type.String({ description: 'What amounts are shown in (ISO 4217)' }),
  },
  {
    description: 'How the shop is doing',
    examples: [
      {
        offset: 5120,
        today: { since: '2026-11-22T05:00:00.000Z', orders: 412, takings: 20311.5 },
        minutes: [{ at: '2026-11-22T16:54:00.000Z', orders: 3, takings: 117.25 }],
        lowStock: {
          threshold: 10,
          count: 1,
          items: [{ id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', name: 'Walnut desk lamp', stock: 2 }],
        },
        relayLag: 0,
        currency: 'USD',
      },
    ],
  },
)
