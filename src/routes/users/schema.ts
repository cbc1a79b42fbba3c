import { Type } from '@sinclair/typebox'
import { roles } from '../../contract/user.js'
import { queryOf, stringEnum, VISIBLE } from '../../http/schema.js'
import { userExample, userMembers } from '../auth/schema.js'

const managedMembers = {
  ...userMembers,
  disabled: Type.Boolean({ description: 'Whether the user may not sign in' }),
  lastSeenAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'The last sign-in or refresh of a session, to the minute',
  }),
  orders: Type.Integer({ description: 'Number of orders, counted up to 10,000' }),
}

const example = { ...userExample, disabled: false, lastSeenAt: '2026-11-22T16:54:00.000Z', orders: 3 }

export const ManagedUser = Type.Object(managedMembers, {
  title: 'ManagedUser',
  description: 'The user',
  examples: [example],
})

export const UserPage = Type.Object(
  {
    items: Type.Array(ManagedUser),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null at the end' }),
  },
  { title: 'UserPage', description: 'A page of users', examples: [{ items: [example], nextCursor: null }] },
)

export const UserParams = Type.Object({ id: Type.String() })

export const UserQuery = queryOf({
  q: Type.Optional(
    Type.String({
      maxLength: 254,
      description:
        'Words, each the beginning of a word of the name, or the beginning of the email address. Case and accents are ignored.',
      examples: ['ada lov'],
    }),
  ),
  role: Type.Optional(stringEnum(roles, { title: 'Role' })),
  disabled: Type.Optional(Type.Boolean()),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: '`nextCursor` of the previous page, with the same filters' }),
  ),
})

export const UserChanges = Type.Object(
  {
    role: Type.Optional(stringEnum(roles, { title: 'Role' })),
    disabled: Type.Optional(Type.Boolean({ description: '`true` ends every session of the user' })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: VISIBLE })),
  },
  { title: 'UserChanges', additionalProperties: false, minProperties: 1, examples: [{ role: 'staff' }] },
)
