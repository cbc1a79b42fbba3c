import { Type } from '@sinclair/typebox'
import { orderMembers } from '../orders/schema.js'
import { Passkey } from './passkey-schema.js'
import { userExample, userMembers } from './schema.js'

const Time = Type.String({ format: 'date-time' })
const TimeOrNull = Type.Union([Time, Type.Null()])
const TextOrNull = Type.Union([Type.String(), Type.Null()])

const example = {
  exportedAt: '2026-11-22T16:54:00.000Z',
  profile: { ...userExample, disabled: false, lastSeenAt: '2026-11-22T16:54:00.000Z' },
  sessions: [],
  passkeys: [],
  apiKeys: [],
  mails: [],
  changes: [{ at: '2026-11-22T16:54:00.000Z', action: 'user.password-changed', details: {} }],
  orders: [],
  checkouts: [],
}

/** Everything kept of a user. */
export const Export = Type.Object(
  {
    exportedAt: Time,
    profile: Type.Object({ ...userMembers, disabled: Type.Boolean(), lastSeenAt: TimeOrNull }),
    sessions: Type.Array(
      Type.Object({
        id: Type.String(),
        createdAt: Time,
        lastUsedAt: Time,
        userAgent: TextOrNull,
        ip: TextOrNull,
        expiresAt: Time,
        revokedAt: TimeOrNull,
      }),
      { description: 'Those that have ended too, until they are deleted' },
    ),
    passkeys: Type.Array(Passkey),
    apiKeys: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        prefix: Type.String(),
        scopes: Type.Array(Type.String()),
        createdAt: Time,
        lastUsedAt: TimeOrNull,
        expiresAt: TimeOrNull,
        revokedAt: TimeOrNull,
      }),
    ),
    mails: Type.Array(
      Type.Object({ kind: Type.String(), recipient: Type.String(), createdAt: Time, sentAt: TimeOrNull }),
      { description: 'Those that wait, and those sent lately' },
    ),
    changes: Type.Array(
      Type.Object({ at: Time, action: Type.String(), details: Type.Record(Type.String(), Type.Unknown()) }),
      { description: 'Entries of the audit trail about the account' },
    ),
    orders: Type.Array(
      Type.Object({
        ...orderMembers,
        idempotencyKey: Type.Union([Type.String(), Type.Null()], {
          description: 'The key that the client chose for the order',
        }),
      }),
    ),
    checkouts: Type.Array(Type.Object({ id: Type.String(), idempotencyKey: TextOrNull, createdAt: Time }), {
      description: 'Their orders are among `orders`',
    }),
  },
  { title: 'AccountExport', description: 'The document', examples: [example] },
)
