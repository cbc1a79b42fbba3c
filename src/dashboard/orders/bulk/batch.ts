import { signal } from '@preact/signals'
import type { OrderStatus, OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import { explain, type ProblemDocument, problemText } from '../../api/failures'
import { keyOfBody } from '../../api/idempotency-key'
import { t } from '../../languages/orders'
import { type Held, hold, UNDO_SECONDS } from '../../parts/held'
import { countDown } from '../../parts/waiting'

/** The outcome of an order: changed, or not and why. */
export interface Outcome {
  id: string
  order?: OrderView
  reason?: string
}

export interface Batch {
  ids: string[]
  status: OrderStatus
  state: 'held' | 'sending' | 'done'
  /** Seconds until it is sent. */
  left: number
  outcomes: Outcome[]
  /** Why none was changed. */
  failure?: string
}

interface Line {
  id: string
  status: number
  order?: OrderView
  problem?: ProblemDocument
}

/** The change of many orders under way, or the one whose outcome is shown. */
export const batch = signal<Batch | undefined>(undefined)
/** Reason and countdown of a pending retry. */
export const batchWaiting = signal<string | undefined>(undefined)

const onWait = countDown(batchWaiting)
let held: Held | undefined

const change = (changes: Partial<Batch>) => {
  if (batch.value) batch.value = { ...batch.value, ...changes }
}

async function send(ids: string[], status: OrderStatus): Promise<void> {
  change({ state: 'sending' })
  const body = { ids, status }
  const options = { body, headers: keyOfBody()(body), idempotent: true, onWait }
  try {
    const answer = await call<{ items: Line[] }>('POST', '/orders/status', options)
    const outcomes = answer.body.items.map(({ id, order, problem }): Outcome => {
      if (order) return { id, order }
      return { id, reason: (problem && problemText(problem)) ?? t.itWasLeftAs }
    })
    change({ state: 'done', outcomes })
  } catch (error) {
    change({ state: 'done', failure: explain(error) })
  }
}

/** Sends a held change at once. @returns when its outcome is known */
export const sendNow = async (): Promise<void> => held?.sendNow()

async function begin(ids: string[], status: OrderStatus): Promise<void> {
  await sendNow()
  batch.value = { ids, status, state: 'held', left: UNDO_SECONDS, outcomes: [] }
  held = hold({
    onTick: (left) => change({ left }),
    send: () => send(ids, status),
    onUndone() {
      batch.value = undefined
    },
    sendAndLeave() {
      void fetch('/orders/status', {
        method: 'POST',
        keepalive: true,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ids, status }),
      })
      batch.value = undefined
    },
  })
}

let last = Promise.resolve()

/**
 * Changes the status of orders after ten seconds, in which the person can undo it. A change from before is sent first.
 */
export function changeSoon(ids: string[], status: OrderStatus): Promise<void> {
  last = last.then(() => begin(ids, status))
  return last
}

/** Takes a held change back. */
export const undo = (): void => held?.undo()

/** Closes the outcome. */
export function dismissBatch(): void {
  if (batch.value?.state === 'done') batch.value = undefined
}
