import { Type } from '@sinclair/typebox'
import { queryOf } from '../../http/schema.js'

const Time = Type.String({ format: 'date-time' })
const sum = {
  orders: Type.Integer({ description: 'Orders that were not cancelled' }),
  takings: Type.Number({ description: 'Sum of their total prices; exact' }),
}

const time = (description: string) => Type.String({ format: 'date-time', description })

export const SalesQuery = queryOf({
  from: time('Begin of the range'),
  to: time('Its end, which is not part of it'),
  before: time('Begin of the range to compare with'),
})

export const Sales = Type.Object(
  {
    offset: Type.Integer({ description: 'All events up to this offset are included' }),
    isComplete: Type.Boolean({
      description: 'Whether all orders are counted: `false` for a while after an update of the program',
    }),
    ...sum,
    hours: Type.Array(Type.Object({ at: Time, ...sum }), {
      description: 'The hours with orders, counted from the begin of the range',
    }),
    before: Type.Object(sum, { description: 'The range to compare with' }),
    best: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        units: Type.Integer(),
        takings: Type.Number(),
      }),
      { description: 'The ten products of which most units were ordered' },
    ),
  },
  {
    title: 'Sales',
    description: 'The sales of the range',
    examples: [
      {
        offset: 5120,
        isComplete: true,
        orders: 412,
        takings: 20311.5,
        hours: [{ at: '2026-11-22T16:00:00.000Z', orders: 31, takings: 1417.25 }],
        before: { orders: 380, takings: 18102 },
        best: [
          {
            id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
            name: 'Walnut desk lamp',
            units: 57,
            takings: 1396.5,
          },
        ],
      },
    ],
  },
)
