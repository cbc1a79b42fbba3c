import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import { mfaMethods } from '../../contract/user.js'
import { problems } from '../../errors.js'
import { stringEnum } from '../schema.js'

export type ProblemName = keyof typeof problems

const productId = '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'

const shortage = {
  productId: Type.String(),
  requested: Type.Integer(),
  available: Type.Integer({ description: 'Units in stock' }),
}

/** Extension members of some problems (RFC 9457, 3.2). */
const extraMembers: Partial<Record<ProblemName, TObject>> = {
  invalidRequest: Type.Object({
    errors: Type.Array(
      Type.Object({ path: Type.String(), message: Type.String() }, { title: 'FieldFault' }),
      {
        description: 'Every invalid field',
      },
    ),
  }),
  mfaRequired: Type.Object({
    mfaToken: Type.String({ description: 'For `POST /auth/login/mfa`, valid for 5 minutes' }),
    methods: Type.Array(stringEnum(mfaMethods), { description: 'The second steps that the user can take' }),
  }),
  otherLog: Type.Object({ epoch: Type.String({ description: 'The id of the current log' }) }),
  orderRefused: Type.Object({
    productId: Type.String(),
    reason: Type.Optional(Type.String({ description: 'A code of the rule that refused it' })),
  }),
  insufficientStock: Type.Object(shortage),
  productsNotFound: Type.Object({
    productIds: Type.Array(Type.String(), { description: 'The products that do not exist' }),
  }),
  shortOfStock: Type.Object({
    shortages: Type.Array(Type.Object(shortage, { title: 'Shortage' }), {
      description: 'Every product of which there is too little',
    }),
  }),
  orderLimit: Type.Object({
    limit: Type.Integer({ description: 'Pending orders, or units in them, that an account may have' }),
    open: Type.Optional(
      Type.Integer({ description: 'The pending orders of the account, if they are over the limit' }),
    ),
    held: Type.Optional(Type.Integer({ description: 'The units in them, if they would be over the limit' })),
    requested: Type.Optional(
      Type.Integer({ description: 'What was asked for: orders beside `open`, units beside `held`' }),
    ),
  }),
}

const extraExamples: Partial<Record<ProblemName, object>> = {
  invalidRequest: { errors: [{ path: 'quantity', message: 'must be at least 1' }] },
  mfaRequired: {
    mfaToken: 'bm90IGEgdG9rZW4gb2YgYW55Ym9keSwgYW4gZXhhbXBsZQ',
    methods: ['totp', 'recovery-code'],
  },
  otherLog: { epoch: '3f1c9d52a8e74b06b1d0c5e27f9a6b84' },
  orderRefused: { productId, reason: 'wholesale-only' },
  insufficientStock: { productId, requested: 3, available: 1 },
  productsNotFound: { productIds: [productId] },
  shortOfStock: { shortages: [{ productId, requested: 3, available: 1 }] },
  orderLimit: { limit: 20, open: 20, requested: 1 },
}

/** `insufficientStock` as `InsufficientStockProblem`. */
const titleOf = (name: ProblemName) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Problem`

const schemas = new Map<ProblemName, TObject>()

/** Returns the schema of one error body (RFC 9457), told from others by its constant `type`. */
export function problemSchema(name: ProblemName): TObject {
  const known = schemas.get(name)
  if (known) return known
  const { code, status, title } = problems[name]
  const schema = Type.Object(
    {
      type: Type.Literal(`/problems/${code}`),
      title: Type.String(),
      status: Type.Literal(status),
      detail: Type.String(),
      instance: Type.String({ description: 'The id of the request' }),
      ...extraMembers[name]?.properties,
    },
    { title: titleOf(name), description: `${title}.` },
  )
  schemas.set(name, schema)
  return schema
}

/** Returns the schema of a body with one of several errors. */
export const anyProblem = (names: readonly ProblemName[]): TSchema => {
  const [first, ...others] = names.map(problemSchema)
  return first && others.length === 0 ? first : Type.Union([...(first ? [first] : []), ...others])
}

/** Returns an example of an error body. */
export function problemExample(name: ProblemName) {
  const { code, status, title } = problems[name]
  const value = { type: `/problems/${code}`, title, status, detail: title, instance: 'req-1' }
  return { summary: title, value: { ...value, ...extraExamples[name] } }
}
