import { type TObject, Type } from '@sinclair/typebox'
import { problems } from '../errors.js'

/** The body of every error (RFC 9457). */
const Problem = Type.Object(
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

/** The refusals of a body that a route has to read, be it only to ignore it. */
export const unreadable = ['malformedJson', 'bodyTooLarge', 'unsupportedMediaType'] as const

/** The members that some errors have beside those of all. */
const extraMembers: Partial<Record<ProblemName, TObject>> = {
  invalidRequest: Type.Object({ errors: FieldFaults }),
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

/** The refusals that each response made here stands for. */
const described = new WeakMap<object, ProblemName[]>()

/**
 * The error responses of a route, by status, for its schema: what it may refuse and how that looks. One that may be
 * overloaded writes, and so may find that nothing can be stored.
 */
export function refusals(...given: ProblemName[]): Record<number, object> {
  const implied = given.includes('overloaded') ? (['unavailable'] as const) : []
  const names = [...new Set<ProblemName>([...given, ...implied])]
  const statuses = new Set(names.map((name) => problems[name].status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const same = names.filter((name) => problems[name].status === status)
      const extra = same.flatMap((name) => extraMembers[name] ?? [])
      // Where a status stands for several errors, each has the members of its own alone.
      const members = same.length > 1 ? extra.map((member) => Type.Partial(member)) : extra
      const response = {
        description: same.map((name) => `\`${problems[name].code}\`: ${problems[name].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: members.length > 0 ? Type.Composite([Problem, ...members]) : Problem,
            examples: Object.fromEntries(same.map((name) => [problems[name].code, exampleOf(name)])),
          },
        },
      }
      described.set(response, same)
      return [status, response]
    }),
  )
}

/** `responses` of a route with one more refusal among those that `refusals` made. */
export function withRefusal(responses: Record<number, object>, name: ProblemName): Record<number, object> {
  const { status } = problems[name]
  const names = described.get(responses[status] ?? {}) ?? []
  return names.includes(name) ? responses : { ...responses, ...refusals(name, ...names) }
}
