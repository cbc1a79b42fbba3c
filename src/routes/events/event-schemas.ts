import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { disabledReasons } from '../../contract/disabled-webhook.js'
import type { EventData, EventType } from '../../contract/events.js'
import { roles } from '../../contract/user.js'
import { stringEnum } from '../../http/schema.js'
import { Order, example as order, orderMembers } from '../orders/schema.js'
import { Product, example as product } from '../products/schema.js'

const stockLevel = { productId: Type.String(), stock: Type.Integer({ description: 'Units left' }) }
const User = Type.Object(
  { id: Type.String(), role: stringEnum(roles, { title: 'Role' }) },
  { title: 'UserRef' },
)
const DisabledWebhook = Type.Object(
  {
    id: Type.String(),
    reason: stringEnum(disabledReasons, { title: 'DisabledReason' }),
    position: Type.Integer({ description: 'The last offset that was delivered or passed over' }),
    lost: Type.Optional(
      Type.Object(
        { from: Type.Integer(), to: Type.Integer() },
        { title: 'OffsetRange', description: 'The events that will not be delivered' },
      ),
    ),
  },
  { title: 'DisabledWebhook' },
)
const OrderUpdate = Type.Object(
  {
    ...orderMembers,
    cause: Type.Optional(
      stringEnum(['note', 'metadata', 'expired'], {
        description:
          'Of a change of the note (and perhaps the metadata) alone, of the metadata alone, and of one that no request asked for',
      }),
    ),
  },
  { title: 'OrderUpdate' },
)

/** The schema of each event's `data`. The types of the contract and these schemas are held to each other by the compiler. */
export const dataSchemas = {
  'order:created': Order,
  'order:updated': OrderUpdate,
  'product:created': Product,
  'product:updated': Product,
  'product:deleted': Product,
  'stock:changed': Type.Object(stockLevel, { title: 'StockLevel' }),
  'stock:low': Type.Object({ ...stockLevel, threshold: Type.Integer() }, { title: 'LowStock' }),
  'user:created': User,
  'user:updated': User,
  'user:deleted': User,
  'webhook:disabled': DisabledWebhook,
} satisfies Record<EventType, TSchema>

type Schemas = typeof dataSchemas
/** Compiles only if each schema describes its event as the contract does. */
export type Described = { [T in EventType]: EventData[T] extends Static<Schemas[T]> ? T : never }
const described: readonly Described[EventType][] = Object.keys(dataSchemas) as EventType[]

/** Every type of event, in the sequence of the contract. */
export const eventTypes: readonly EventType[] = described

const user = { id: order.userId, role: 'customer' }
const level = { productId: product.id, stock: 12 }

/** An example of each event's `data`. */
export const dataExamples: Record<EventType, object> = {
  'order:created': order,
  'order:updated': { ...order, status: 'confirmed' },
  'product:created': product,
  'product:updated': product,
  'product:deleted': product,
  'stock:changed': level,
  'stock:low': { ...level, stock: 4, threshold: 5 },
  'user:created': user,
  'user:updated': { ...user, role: 'staff' },
  'user:deleted': user,
  'webhook:disabled': { id: product.id, reason: 'failed', position: 5120 },
}

const Actor = Type.Object(
  {
    type: stringEnum(['user', 'key', 'system']),
    id: Type.Union([Type.String(), Type.Null()], { description: 'Null for the system' }),
  },
  {
    title: 'EventActor',
    description:
      'Who made the change: a user, an API key, or the system itself. Events of an earlier version have the system.',
  },
)

const position = {
  offset: Type.Integer({ minimum: 1, description: 'The place in the log: 1, 2, 3 and so on, without gaps' }),
  createdAt: Type.String({ format: 'date-time' }),
}

/** Who made a change, and by which request: for all but the public. */
export const origin = {
  actor: Actor,
  requestId: Type.Optional(Type.String({ description: 'The request that made the change, if one did' })),
}

/** `order:created` as `OrderCreated`. */
const titleOf = (type: EventType) => type.replace(/(?:^|:)(\w)/g, (_, letter: string) => letter.toUpperCase())

/**
 * Returns the schema of one type of event.
 * @param isPublic whether it is sent to everybody, without the origin of the change
 */
export const eventSchema = (type: EventType, isPublic = false) =>
  Type.Object(
    {
      ...position,
      type: Type.Literal(type),
      ...(isPublic ? {} : origin),
      data: dataSchemas[type],
    },
    { title: `${isPublic ? 'Public' : ''}${titleOf(type)}Event` },
  )

/** Any event, told from others by its `type`. */
export const AnyEvent = {
  title: 'AnyEvent',
  oneOf: eventTypes.map((type) => eventSchema(type)),
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(
      eventTypes.map((type) => [type, `#/components/schemas/${eventSchema(type).title}`]),
    ),
  },
}
