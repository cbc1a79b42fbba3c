import { type TSchema, Type } from '@sinclair/typebox'
import type { StreamView } from '../../contract/event-stream.js'
import type { EventType } from '../../contract/events.js'
import type { Node } from '../../http/openapi/name-schemas.js'
import { INVENTORY_TYPES } from '../../stream/views.js'
import { dataExamples, eventSchema, eventTypes } from '../events/event-schemas.js'

/** The types of events of each view. */
export const typesOf: Record<StreamView, readonly EventType[]> = {
  admin: eventTypes,
  mine: ['order:created', 'order:updated'],
  inventory: INVENTORY_TYPES,
}

const epoch = '3f1c9d52a8e74b06b1d0c5e27f9a6b84'
const origin = {
  actor: { type: 'user', id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11' },
  requestId: '6a0f9d0e-3f0b-4a53-9a55-0d7f1c6a2b10',
}

/** What the name of a type does not say. */
const remarks: Partial<Record<EventType, string>> = {
  'product:created': ': a new product, or one that was deleted and is restored',
}

const message = (name: string, payload: TSchema, example: unknown, summary: string): Node => ({
  name,
  summary,
  payload: { ...payload },
  examples: [{ payload: example }],
})

function eventMessage(type: EventType, isPublic: boolean): Node {
  const at = { offset: 7, createdAt: '2026-11-22T09:30:00.000Z', type }
  const example = { ...at, ...(isPublic ? {} : origin), data: dataExamples[type] }
  return message(
    type,
    eventSchema(type, isPublic),
    example,
    `An event of the type \`${type}\`${remarks[type] ?? ''}`,
  )
}

const Code = Type.Object({ code: Type.String({ enum: ['unauthorized', 'forbidden'] }) }, { title: 'Ending' })

/** Messages that are no events of the log. */
const control: Record<string, Node> = {
  ready: message(
    'ready',
    Type.Object(
      {
        epoch: Type.String({ description: 'The id of the log' }),
        offset: Type.Integer({ description: 'Everything up to here was sent, or precedes the connection' }),
        recovered: Type.Boolean({ description: 'If false, load your state from the API' }),
      },
      { title: 'StreamReady' },
    ),
    { epoch, offset: 7, recovered: true },
    'Between the events that were missed and the live ones. Sockets know it as `stream:ready`',
  ),
  sessionEnded: message(
    'session:ended',
    Code,
    { code: 'unauthorized' },
    'The session, key or token has ended, and the connection with it',
  ),
  closing: message(
    'server:closing',
    Type.Object({}, { title: 'Closing', description: 'Empty; sockets get no payload' }),
    {},
    'The server restarts: connect again, and resume',
  ),
}

const RenewResult = Type.Union(
  [
    Type.Object({
      ok: Type.Literal(true),
      expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'Null for an API key that does not expire',
      }),
    }),
    Type.Object({ ok: Type.Literal(false), code: Type.String() }),
  ],
  { title: 'RenewResult' },
)

/** Messages of sockets alone. */
const renewal: Record<string, Node> = {
  renew: message(
    'auth:renew',
    Type.String({ title: 'AccessToken', description: 'A new access token of the same user' }),
    'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl',
    'Extends the connection',
  ),
  renewed: message(
    'auth:renew',
    RenewResult,
    { ok: true, expiresAt: '2026-11-22T09:45:00.000Z' },
    'The answer, by the callback of `emit`',
  ),
}

/** `order:created` as `orderCreated`. */
const nameOf = (type: EventType) => type.replace(/:(\w)/, (_, letter: string) => letter.toUpperCase())

/** Returns the messages from the server in a view, by name. */
export function messagesOf(view: StreamView): Record<string, Node> {
  const events = typesOf[view].map((type) => [nameOf(type), eventMessage(type, view === 'inventory')])
  return { ...Object.fromEntries(events), ...control }
}

/** Returns the messages by which sockets renew their token. */
export const renewalMessages = () => renewal
