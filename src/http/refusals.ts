import { type TObject, Type } from '@sinclair/typebox'
import { mfaMethods } from '../contract/user.js'
import { problems } from '../errors.js'
import { stringEnum } from './schema.js'

/** Schema of every error body (RFC 9457). */
const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'Ends in the stable code of the error' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The id of the request' }),
  },
  { additionalProperties: true },
)

const FieldFaults = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
  description: 'Every invalid field',
})

type ProblemName = keyof typeof problems

/** Errors of any route that reads a body, even if it ignores it. */
export const unreadable = ['malformedJson', 'bodyTooLarge', 'unsupportedMediaType'] as const

/** Extension members of some errors. */
const extraMembers: Partial<Record<ProblemName, TObject>> = {
  invalidRequest: Type.Object({ errors: FieldFaults }),
  mfaRequired: Type.Object({
    mfaToken: Type.String({ description: 'For `POST /auth/login/mfa`, valid for 5 minutes' }),
    methods: Type.Array(stringEnum(mfaMethods), { description: 'The second steps that the user can take' }),
  }),
  otherLog: Type.Object({ epoch: Type.String({ description: 'The id of the current log' }) }),
  insufficientStock: Type.Object({
    productId: Type.String(),
    requested: Type.Integer(),
    available: Type.Integer(),
  }),
  orderLimit: Type.Object({
    limit: Type.Integer({ description: 'Pending orders, or units in them, that an account may have' }),
    open: Type.Optional(
      Type.Integer({ description: 'The pending orders of the account, if they are over the limit' }),
    ),
    held: Type.Optional(Type.Integer({ description: 'The units in them, if they would be over the limit' })),
    requested: Type.Optional(Type.Integer({ description: 'The units of this order' })),
  }),
}

const extraExamples: Partial<Record<ProblemName, object>> = {
  invalidRequest: { errors: [{ path: 'quantity', message: 'must be >= 1' }] },
  mfaRequired: {
    mfaToken: 'bm90IGEgdG9rZW4gb2YgYW55Ym9keSwgYW4gZXhhbXBsZQ',
    methods: ['totp', 'recovery-code'],
  },
  otherLog: { epoch: '3f1c9d52a8e74b06b1d0c5e27f9a6b84' },
  insufficientStock: { productId: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', requested: 3, available: 1 },
  orderLimit: { limit: 20, open: 20 },
}

function exampleOf(name: ProblemName) {
  const { code, status, title } = problems[name]
  return {
    summary: title,
    value: {
      type: `/problems/${code}`,
      title,
      status,
      detail: title,
      instance: 'req-1',
      ...extraExamples[name],
    },
  }
}

/** The errors behind each response created here. */
const described = new WeakMap<object, ProblemName[]>()

/**
 * Returns the error responses of a route's schema, by status. A route that may be overloaded writes, so it may also fail
 * to store.
 */
export function refusals(...given: ProblemName[]): Record<number, object> {
  const implied = given.includes('overloaded') ? (['unavailable'] as const) : []
  const names = [...new Set<ProblemName>([...given, ...implied])]
  const statuses = new Set(names.map((name) => problems[name].status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const same = names.filter((name) => problems[name].status === status)
      const extra = same.flatMap((name) => extraMembers[name] ?? [])
      // If a status covers several errors, each has only its own members.
      const members = same.length > 1 ? extra.map((member) => Type.Partial(member)) : extra
      const response = {
        description: same.map((name) => `\`${problems[name].code}\`: ${problems[name].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: members.length > 0 ? Type.Composite([ProblemSchema, ...members]) : ProblemSchema,
            examples: Object.fromEntries(same.map((name) => [problems[name].code, exampleOf(name)])),
          },
        },
      }
      described.set(response, same)
      return [status, response]
    }),
  )
}

/** Adds one error to `responses` created by `refusals`. */
export function withRefusal(responses: Record<number, object>, name: ProblemName): Record<number, object> {
  const { status } = problems[name]
  const names = described.get(responses[status] ?? {}) ?? []
  return names.includes(name) ? responses : { ...responses, ...refusals(name, ...names) }
}
