import { Type } from '@sinclair/typebox'
import { queryOf, stringEnum } from '../../http/schema.js'

const example = {
  id: '019aa3c2-b7d4-7a10-9c55-0e4f6b2a8d31',
  at: '2026-11-22T16:54:00.000Z',
  actor: { type: 'user', id: '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c53', name: 'Grace Hopper' },
  action: 'user.role-changed',
  subject: { type: 'user', id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11' },
  details: { role: { before: 'customer', after: 'staff' } },
  requestId: '6a0f9d0e-3f0b-4a53-9a55-0d7f1c6a2b10',
}

const OrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const Entry = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: 'date-time' }),
    actor: Type.Object({
      type: stringEnum(['user', 'key', 'system']),
      id: OrNull('Null for the system'),
      name: OrNull('Of today: `Deleted user` after an erasure, null for the system'),
    }),
    action: Type.String({ description: 'The type of the subject, a dot and what happened to it' }),
    subject: Type.Object({ type: Type.String(), id: Type.String() }),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Values that tell what has changed, as `{"role": {"before": …, "after": …}}`',
    }),
    requestId: OrNull('The request that made the change'),
  },
  { title: 'AuditEntry' },
)

export const AuditPage = Type.Object(
  {
    items: Type.Array(Entry),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last',
    }),
  },
  {
    title: 'AuditPage',
    description: 'A page of entries, newest first',
    examples: [{ items: [example], nextCursor: null }],
  },
)

const Id = (description: string) => Type.Optional(Type.String({ description }))
const Time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

export const AuditQuery = queryOf({
  actor: Id('Changes by this user or API key, or by `system`'),
  subject: Id('Changes of this user, API key, product, order or webhook'),
  from: Time('The earliest time'),
  to: Time('The end of the range, which is not part of it'),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
})
