import { Problem, problems } from '../errors.js'

/** Decides by the version of an order or a checkout whether a change applies to it (If-Match). */
export type Accepts = (version: bigint) => boolean

/**
 * Refuses a change of another version.
 * @param accepts all versions by default
 * @param inDoubt whether an earlier attempt, whose answer was lost, may have caused the mismatch
 * @throws Problem precondition-failed; unavailable if in doubt
 */
export function refuseStale(
  accepts: Accepts | undefined,
  { what, version, inDoubt }: { what: 'order' | 'checkout'; version: bigint; inDoubt: boolean },
): void {
  if (accepts?.(version) !== false) return
  if (inDoubt)
    throw new Problem(problems.unavailable, 'The answer of the database was lost: see whether it was done.', {
      retryAfter: 1,
    })
  throw new Problem(problems.preconditionFailed, `The ${what} is no longer at the version in If-Match.`)
}
