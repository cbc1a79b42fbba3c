import { Type } from '@sinclair/typebox'
import { orderStatuses } from '../../contract/order.js'
import { Metadata, stringEnum } from '../../http/schema.js'
import { example, Note, Order, orderMembers } from './schema.js'

const Status = stringEnum(orderStatuses, { title: 'OrderStatus' })
const Time = Type.String({ format: 'date-time' })

export const ETag = Type.String({ description: 'The version of the order, for If-Match and If-None-Match' })

/** The schema of the response with an order and its ETag. */
export const versionedOrder = (description: string) =>
  Type.Object(orderMembers, { title: 'Order', description, examples: [example], headers: { ETag } })

export const ReadConditions = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ description: 'The ETag of a stored copy; 304 if it is current' }),
  ),
})

export const WriteConditions = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag of the order to change; 412 if it has changed since' }),
  ),
})

export const OrderChanges = Type.Object(
  {
    status: Type.Optional(Status),
    note: Type.Optional(Type.Union([Note, Type.Null()], { description: 'null removes it' })),
    metadata: Type.Optional(
      Type.Union([Metadata, Type.Null()], { description: 'Replaces all of it; null removes it' }),
    ),
  },
  {
    title: 'OrderChanges',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ status: 'confirmed' }],
  },
)

export const StatusChange = Type.Object(
  { status: Status },
  { title: 'StatusChange', additionalProperties: false, examples: [{ status: 'confirmed' }] },
)

export const StatusChanges = Type.Object(
  {
    ids: Type.Array(Type.String({ examples: [example.id] }), {
      minItems: 1,
      maxItems: 1_000,
      uniqueItems: true,
    }),
    status: Status,
  },
  {
    title: 'StatusChanges',
    additionalProperties: false,
    examples: [{ ids: [example.id], status: 'confirmed' }],
  },
)

const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
  },
  { additionalProperties: true, description: 'Why the order was left as it is' },
)

export const StatusOutcomes = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        status: Type.Integer({ description: '200, 404 or 409, as `PATCH /orders/{id}` would have answered' }),
        order: Type.Optional(Order),
        problem: Type.Optional(Problem),
      }),
    ),
  },
  {
    title: 'StatusOutcomes',
    description: 'What became of each order, in the order of `ids`',
    examples: [{ items: [{ id: example.id, status: 200, order: { ...example, status: 'confirmed' } }] }],
  },
)

export const OrderHistory = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        at: Time,
        status: Status,
        actor: Type.Object({
          type: stringEnum(['user', 'key', 'system']),
          id: Type.Union([Type.String(), Type.Null()]),
          name: Type.String({
            description: 'The name now; to customers, everybody else has the name of the shop',
          }),
        }),
        cause: Type.Optional(
          stringEnum(['expired', 'metadata'], {
            description: 'Where no request asked for the change, or where it is one of the metadata alone',
          }),
        ),
        note: Type.Optional(
          Type.Union([Type.String(), Type.Null()], {
            description: 'The note, where it was set; null where it was removed',
          }),
        ),
      }),
    ),
  },
  {
    title: 'OrderHistory',
    description: 'What happened to the order, oldest first, beginning with its placement',
    examples: [
      {
        items: [
          {
            at: example.createdAt,
            status: 'pending',
            actor: { type: 'user', id: example.userId, name: 'Ada Lovelace' },
          },
        ],
      },
    ],
  },
)
