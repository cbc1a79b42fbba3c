import { Type } from '@sinclair/typebox'
import { problems } from '../errors.js'
import { anyProblem, type ProblemName, problemExample } from './openapi/problem-schemas.js'

/** Errors of any route with a body, even if it ignores it. */
export const unreadable = ['malformedJson', 'bodyTooLarge', 'unsupportedMediaType'] as const

/** The errors behind each response created here. */
const described = new WeakMap<object, ProblemName[]>()

/**
 * Returns the error responses of a route's schema, by status. A route with `overloaded` writes, so it may also fail
 * to store.
 */
export function refusals(...given: ProblemName[]): Record<number, object> {
  const implied = given.includes('overloaded') ? (['unavailable'] as const) : []
  const names = [...new Set<ProblemName>([...given, ...implied])]
  const statuses = new Set(names.map((name) => problems[name].status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const same = names.filter((name) => problems[name].status === status)
      const response = {
        description: same.map((name) => `\`${problems[name].code}\`: ${problems[name].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: anyProblem(same),
            examples: Object.fromEntries(same.map((name) => [problems[name].code, problemExample(name)])),
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

/** Adds a header to the successful ones of `responses`. */
export const withResponseHeader = (responses: Record<number, object>, name: string, description: string) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      if (!status.startsWith('2')) return [status, response]
      const { headers } = response as { headers?: object }
      return [status, { ...response, headers: { ...headers, [name]: Type.String({ description }) } }]
    }),
  )
