import { DatabaseBusy } from '../db/errors.js'
import { isStorageFailure } from '../db/storage-errors.js'
import { notStored, overloaded, Problem } from '../errors.js'

/** A failure on its way to another process: a Problem as the client will see it, or an unexpected error for the log. */
interface EncodedFailure {
  problem?: Pick<Problem, 'code' | 'title' | 'message' | 'extra' | 'counted'> & {
    status: number
    retryAfter?: number
  }
  message: string
  stack?: string
}

/** Returns `error` as the client will see it, if it is known what that is. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof DatabaseBusy) return overloaded(1, error)
  return isStorageFailure(error) ? notStored(error) : undefined
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Returns `error` as a value for JSON. */
export function encodeFailure(error: unknown): EncodedFailure {
  const problem = problemOf(error)
  if (!problem) {
    const { stack } = error as Error
    return { message: textOf(error), ...(stack !== undefined && { stack }) }
  }
  const { code, statusCode: status, title, message, extra, retryAfter, counted, cause } = problem
  return {
    problem: {
      code,
      status,
      title,
      message,
      extra,
      counted,
      ...(retryAfter !== undefined && { retryAfter }),
    },
    message: cause === undefined ? '' : textOf(cause),
  }
}

/** Returns the error of `encodeFailure`. */
export function decodeFailure(encoded: unknown): Error {
  const { problem, message, stack } = encoded as EncodedFailure
  if (!problem) {
    const error = new Error(message)
    if (stack !== undefined) error.stack = stack
    return error
  }
  const { code, status, title, extra, retryAfter, counted } = problem
  return new Problem({ code, status, title }, problem.message, {
    extra,
    counted,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(message !== '' && { cause: new Error(message) }),
  })
}
