import type { ProductView } from '../../../contract/product'
import { call } from '../../api/call'
import type { ProblemDocument } from '../../api/failures'
import type { keyOfBody } from '../../api/idempotency-key'
import type { RetryOptions } from '../../api/retry'
import { t } from '../../languages/stocktake'
import { type CountLine, countOf, type StocktakeLines } from './lines'

interface Outcome {
  status: number
  product?: ProductView
  problem?: ProblemDocument
}

/** The outcome of a save. */
export interface Saved {
  lines: number
  /** Those whose stock was not as counted. */
  corrected: number
  refused: number
}

const faultOf = ({ status, problem }: Outcome): NonNullable<CountLine['fault']> => {
  if (typeof problem?.available === 'number') return { available: problem.available }
  return status === 404 ? t.thisProductWasDeleted : (problem?.detail ?? t.itWasNotSaved)
}

/**
 * Saves the counted lines in one request. Saved ones leave the list; a line whose stock has changed since it was counted stays
 * and says so.
 * @throws Refused, Unreachable
 */
export async function saveCounts(
  { lines, remove, refuse, expect }: StocktakeLines,
  keyOf: ReturnType<typeof keyOfBody>,
  retryOptions: RetryOptions,
): Promise<Saved> {
  const counted = lines.value.filter((line) => countOf(line) !== undefined)
  const items = counted.map((line) => ({
    productId: line.id,
    stock: countOf(line),
    ...(line.expected !== undefined && { expected: line.expected }),
  }))
  const body = { items, reason: t.stocktake }
  const options = { body, headers: keyOf(body), idempotent: true, ...retryOptions }
  const answer = await call<{ items: Outcome[] }>('PUT', '/products/stock', options)
  // The count may have been corrected meanwhile: the new one is yet to be saved.
  const isAsSent = (line: CountLine) => lines.value.find(({ id }) => id === line.id)?.typed === line.typed
  const saved: CountLine[] = []
  for (const [i, outcome] of answer.body.items.entries()) {
    const line = counted[i]
    if (line && outcome.status === 200) saved.push(line)
    else if (line && isAsSent(line)) refuse(line.id, faultOf(outcome))
  }
  remove(new Set(saved.filter(isAsSent).map(({ id }) => id)))
  for (const line of saved) expect(line.id, countOf(line) ?? 0)
  const corrected = saved.filter((line) => countOf(line) !== line.expected).length
  return { lines: saved.length, corrected, refused: counted.length - saved.length }
}
