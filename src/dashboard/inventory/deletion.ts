import { signal } from '@preact/signals'
import { call } from '../api/call'
import { explain, Refused } from '../api/failures'
import { type Held, hold, UNDO_SECONDS } from '../parts/held'

export interface Deletion {
  id: string
  name: string
  state: 'held' | 'sending' | 'failed'
  /** Seconds until it is sent. */
  left: number
  failure?: string
}

/** The deletion of a product, under way or failed. */
export const deletion = signal<Deletion | undefined>(undefined)

let held: Held | undefined

const change = (changes: Partial<Deletion>) => {
  if (deletion.value) deletion.value = { ...deletion.value, ...changes }
}

/** Safe to retry: a deleted product is a 404. */
async function send(path: string): Promise<void> {
  change({ state: 'sending' })
  try {
    await call('DELETE', path, { idempotent: true })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404)
      return change({ state: 'failed', failure: explain(error) })
  }
  deletion.value = undefined
}

/** Deletes a product at once, if its deletion is held. Resolves when done. */
export const deleteNow = async (): Promise<void> => held?.sendNow()

async function begin({ id, name }: { id: string; name: string }): Promise<void> {
  await deleteNow()
  const path = `/products/${encodeURIComponent(id)}`
  deletion.value = { id, name, state: 'held', left: UNDO_SECONDS }
  held = hold({
    onTick: (left) => change({ left }),
    send: () => send(path),
    onUndone() {
      deletion.value = undefined
    },
    sendAndLeave() {
      void fetch(path, { method: 'DELETE', keepalive: true })
      deletion.value = undefined
    },
  })
}

let last = Promise.resolve()

/** Deletes a product after ten seconds, in which the person can undo it. One from before is deleted first. */
export function deleteSoon(product: { id: string; name: string }): Promise<void> {
  last = last.then(() => begin(product))
  return last
}

/** Keeps a product whose deletion is still held. */
export const keepProduct = (): void => held?.undo()

/** Closes the report of a failure. */
export function dismissDeletion(): void {
  if (deletion.value?.state === 'failed') deletion.value = undefined
}
