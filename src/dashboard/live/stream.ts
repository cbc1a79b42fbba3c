import { effect, signal } from '@preact/signals'
import { type AnyEvent, openStream, type Position, StreamRefused, type StreamState } from '../../client/index'
import { reconnects } from '../api/retry'
import { accessToken, renewSession } from '../session/session'
import { batchByFrame } from './frames'

/** `live`, `catching-up` with missed events, or `offline`. */
export const connection = signal<Exclude<StreamState, 'closed'>>('offline')

/** Increments when the page must reload its data because missed events cannot be replayed. */
export const resets = signal(0)

type Listener = (events: AnyEvent[]) => void
const listeners = new Set<Listener>()

/** Subscribes `listener` to events, in order and in batches. @returns a function to unsubscribe */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const REOPEN_MS = 1_000
const MAX_REOPEN_MS = 60_000

/** Waits, cut short by a new access token: the next attempt may succeed with it. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const before = accessToken.peek()
    const end = () => {
      clearTimeout(timer)
      queueMicrotask(() => stop())
      resolve()
    }
    const timer = setTimeout(end, ms)
    const stop = accessToken.subscribe((now) => {
      if (now !== before) end()
    })
  })
}

/** Follows the event stream until the returned function is called, through restarts, session renewals and sleep. */
export function follow(): () => void {
  let closed = false
  let close = () => {}
  const deliver = batchByFrame<AnyEvent>((events) => {
    if (!closed) for (const listener of listeners) listener(events)
  })

  /** Number of refusals since the stream was last live. */
  let refusals = 0

  const read = async (from: Position | undefined): Promise<Position | undefined> => {
    const stream = openStream(location.origin, {
      from,
      // The cookie alone fails the origin check behind a proxy that does not forward the page's origin.
      token: () => accessToken.value || undefined,
      onReset: () => {
        resets.value++
      },
      onState: (state) => {
        connection.value = state === 'closed' ? 'offline' : state
        if (state !== 'live') return
        reconnects.value++
        refusals = 0
      },
    })
    const stopRenewing = effect(() => {
      if (accessToken.value) stream.renew(accessToken.value)
    })
    close = () => stream.close()
    try {
      for await (const event of stream) deliver(event)
    } catch (error) {
      if (!(error instanceof StreamRefused)) throw error
      if (error.code === 'invalid-offset') return undefined
    } finally {
      stopRenewing()
    }
    return stream.position
  }

  const run = async () => {
    let from: Position | undefined
    while (!closed) {
      from = await read(from)
      if (closed) return
      await pause(Math.min(REOPEN_MS * 2 ** refusals, MAX_REOPEN_MS))
      // Refused, so the session may have ended. If that is not the reason, another token will not help either, and
      // each refresh counts against the rate limit of /auth.
      if (refusals++ === 0) await renewSession()
    }
  }
  run().catch(() => undefined) // signed out meanwhile

  return () => {
    closed = true
    close()
  }
}
