import { Type } from '@sinclair/typebox'
import { scopes } from '../../contract/api-key.js'
import { stringEnum, VISIBLE } from '../../http/schema.js'

const example = {
  id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  name: 'Warehouse scanner',
  prefix: 'sk_stockroom_7fQ2',
  scopes: ['products:write'],
  createdAt: '2026-11-22T09:30:00.000Z',
  lastUsedAt: null,
  expiresAt: '2027-11-22T09:30:00.000Z',
}
const key = 'sk_stockroom_7fQ2tVb0nXh3KcR9yJm5LwZ1gPd8sEaU6oTiYrNkBvC2mWqH4x'

const time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const members = {
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String({ description: 'The beginning of the key' }),
  scopes: Type.Array(stringEnum(scopes, { title: 'Scope' })),
  createdAt: Type.String({ format: 'date-time' }),
  lastUsedAt: time('To the minute; null before the first use'),
  expiresAt: time('Null without an expiry'),
}

export const ApiKeyList = Type.Object(
  { items: Type.Array(Type.Object(members, { title: 'ApiKey' })) },
  { title: 'ApiKeyList', description: 'All keys', examples: [{ items: [example] }] },
)

export const NewKeyAnswer = Type.Object(
  { ...members, key: Type.String({ description: 'The key: it is not shown again' }) },
  { title: 'ApiKeyWithSecret', description: 'The key', examples: [{ ...example, key }] },
)

export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: VISIBLE }),
    scopes: Type.Array(stringEnum(scopes, { title: 'Scope' }), { minItems: 1, uniqueItems: true }),
    expiresAt: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'In the future; without it the key does not expire',
      }),
    ),
  },
  {
    title: 'NewApiKey',
    additionalProperties: false,
    examples: [{ name: example.name, scopes: example.scopes }],
  },
)

const WEEK_SECONDS = 7 * 24 * 60 * 60

export const Rotation = Type.Object(
  {
    overlapSeconds: Type.Integer({
      minimum: 0,
      maximum: WEEK_SECONDS,
      description: 'How long the previous key stays valid',
    }),
  },
  { title: 'ApiKeyRotation', additionalProperties: false, examples: [{ overlapSeconds: 3600 }] },
)

export const ApiKeyParams = Type.Object({ id: Type.String() })
