import type { OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import type { RetryOptions } from '../../api/retry'
import { t } from '../../languages/order'

/** The note was changed by somebody else since it was loaded. */
export class NoteChanged extends Error {
  override name = 'NoteChanged'
  /** The note as it is now. */
  readonly current: string
  constructor(current: string) {
    super(current ? t.somebodyElseWroteMeanwhile(current) : t.somebodyElseRemovedThe)
    this.current = current
  }
}

/** Bounds consecutive retries over changes of the status alone. */
const MAX_RETRIES = 5

/**
 * Saves the note of an order with optimistic concurrency (If-Match): a change of the status alone is no conflict.
 * @param seen the note that the person began with; '' for none
 * @returns the order with the note
 * @throws NoteChanged, Refused, Unreachable
 */
export async function saveNote(
  id: string,
  seen: string,
  wanted: string,
  retryOptions: RetryOptions,
): Promise<OrderView> {
  const path = `/orders/${encodeURIComponent(id)}`
  for (let attempt = 0; ; attempt++) {
    const { body, etag } = await call<OrderView>('GET', path, retryOptions)
    const current = body.note ?? ''
    // Also true if an earlier try succeeded but its response was lost.
    if (current === wanted) return body
    if (current !== seen) throw new NoteChanged(current)
    try {
      const change = { body: { note: wanted || null }, headers: { 'if-match': etag ?? '"none"' } }
      return (await call<OrderView>('PATCH', path, { ...change, idempotent: true, ...retryOptions })).body
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412 || attempt >= MAX_RETRIES) throw error
    }
  }
}
