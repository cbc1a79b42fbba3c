import type { components } from '../generated/api.js'

type Schemas = components['schemas']

/** Every problem that the API describes, told from others by its `type`. */
export type AnyProblem = {
  [K in keyof Schemas]: K extends `${string}Problem` ? Schemas[K] : never
}[keyof Schemas]
export type ProblemType = AnyProblem['type']

/** A refusal or failure of the API, with its problem details (RFC 9457). */
export class ProblemError<P extends object = AnyProblem> extends Error {
  override name = 'ProblemError'
  /** The status of the answer. */
  readonly status: number
  readonly problem: P

  constructor(status: number, problem: P) {
    super('detail' in problem ? String(problem.detail) : `The answer was ${status}.`)
    this.status = status
    this.problem = problem
  }
}

/** Whether `error` is a problem of `type`: `if (isProblem(error, '/problems/insufficient-stock')) error.problem.available`. */
export const isProblem = <T extends ProblemType>(
  error: unknown,
  type: T,
): error is ProblemError<Extract<AnyProblem, { type: T }>> =>
  error instanceof ProblemError && 'type' in error.problem && error.problem.type === type

/** An answer of the API, read. */
export interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/**
 * Returns the body of a successful answer.
 * @throws ProblemError for any other
 */
export async function orThrow<A extends Answer>(answer: Promise<A>): Promise<Exclude<A['data'], undefined>> {
  const { data, error, response } = await answer
  if (response.ok) return data as Exclude<A['data'], undefined>
  throw new ProblemError(response.status, typeof error === 'object' && error !== null ? error : {})
}
