import { Type } from '@sinclair/typebox'
import { queryOf } from '../../http/schema.js'
import { LOWEST_SHOWN } from '../../pulse/pulse.js'

const Time = Type.String({ format: 'date-time' })
const Orders = Type.Integer({ description: 'Orders that were not cancelled' })
const Takings = Type.Number({ description: 'Sum of their total prices; exact' })

export const PulseQuery = queryOf({
  since: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'Start of the day in the reader’s time zone, at most 25 hours ago; by default 24 hours ago',
    }),
  ),
  low: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: LOWEST_SHOWN,
    description: 'Most products running low to list',
  }),
})

export const Pulse = Type.Object(
  {
    offset: Type.Integer({ description: 'All events up to this offset are included' }),
    today: Type.Object({ since: Time, orders: Orders, takings: Takings }),
    minutes: Type.Array(Type.Object({ at: Time, orders: Orders, takings: Takings }), {
      description: 'The minutes of the last hour with orders',
    }),
    lowStock: Type.Object({
      threshold: Type.Integer({ description: 'Stock at or below this is low' }),
      count: Type.Integer(),
      items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), stock: Type.Integer() }), {
        description: 'The products with the least stock',
      }),
    }),
    relayLag: Type.Integer({ description: 'Events of the log that have not been sent to the sockets yet' }),
    currency: Type.String({ description: 'The currency of amounts (ISO 4217)' }),
    decimals: Type.Integer({ description: 'Most decimals of an amount' }),
  },
  {
    title: 'Pulse',
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
        decimals: 2,
      },
    ],
  },
)
