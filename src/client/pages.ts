import type { paths } from '../generated/api.js'
import { type Answer, orThrow } from './problems.js'

/** The body of the answer to a GET of `P`. */
type BodyOf<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer B } } } }
}
  ? B
  : never

/** Paths of lists that have further pages. */
export type ListPath = {
  [P in keyof paths]: [BodyOf<P>] extends [never]
    ? never
    : BodyOf<P> extends { nextCursor: string | null }
      ? P
      : never
}[keyof paths]

export type ItemOf<P extends ListPath> = BodyOf<P> extends { items: (infer I)[] } ? I : never

/** The parameters of a list: its path's, and its query but for `cursor`. */
export type ListParams<P extends ListPath> = paths[P] extends { get: { parameters: infer Q } }
  ? (Q extends { query?: infer Query } ? { query?: Omit<NonNullable<Query>, 'cursor' | 'page'> } : unknown) &
      (Q extends { path: infer Path } ? { path: Path } : unknown)
  : never

interface Page {
  items: unknown[]
  nextCursor: string | null
}

/**
 * Yields every item of a list, page after page.
 * @param get requests the page at a cursor; the first without one
 * @throws ProblemError if a page is refused
 */
export async function* itemsOf(
  get: (cursor: string | undefined) => Promise<Answer>,
): AsyncGenerator<unknown> {
  let cursor: string | undefined
  do {
    const { items, nextCursor } = (await orThrow(get(cursor))) as Page
    yield* items
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}
