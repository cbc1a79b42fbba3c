import { effect, signal } from '@preact/signals'
import { type AnyEvent, openStream, type Position, StreamRefused, type StreamState } from '../../client/index'
import { explain, SignedOut } from '../api/failures'
import { reconnects } from '../api/retry'
import { t } from '../languages/live'
import { accessToken, renewSession } from '../session/session'
import { batchByFrame } from './frames'

/** `live`, `catching-up` with missed events, or `offline`. */
export const connection = signal<Exclude<StreamState, 'closed'>>('offline')

/** Why there is no live stream, and that it will be tried again; undefined while there is nothing to say. */
export const streamTrouble = signal<string | undefined>(undefined)

/** Increments when the page must reload its data because missed events cannot be replayed. */
export const resets = signal(0)

/** Without a stream, lists load after this time. */
const LOAD_ANYWAY_MS = 1_000

/**
 * Calls `load` once the stream has begun, and again at each reset: what it loads is then complete with the events that
 * follow. Loads soon without a stream as well.
 * @returns a function to stop
 */
export function onLoad(load: () => void): () => void {
  let seen: number | undefined
  const loadAt = (reset: number) => {
    if (seen === reset) return
    seen = reset
    load()
  }
  const timer = setTimeout(() => seen === undefined && loadAt(resets.peek()), LOAD_ANYWAY_MS)
  const stop = resets.subscribe((reset) => reset > 0 && loadAt(reset))
  return () => {
    clearTimeout(timer)
    stop()
  }
}

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

function reasonOf(refusal: StreamRefused | undefined): string {
  if (refusal?.code === 'forbidden') return t.thisAccountMayNot
  if (refusal?.code === 'unauthorized') return t.theServerRefusesThe
  return t.theLiveConnectionEnds
}

/** Follows the event stream until the returned function is called, through restarts, session renewals and sleep. */
export function follow(): () => void {
  let closed = false
  let close = () => {}
  const deliver = batchByFrame<AnyEvent>((events) => {
    if (!closed) for (const listener of listeners) listener(events)
  })

  /** Number of refusals since the stream was last live, and the last of them. */
  let refusals = 0
  let refusal: StreamRefused | undefined

  const read = async (from: Position | undefined): Promise<Position | undefined> => {
    const stream = openStream(location.origin, {
      from,
      // The cookie alone fails the origin check behind a proxy without the page's origin.
      token: () => accessToken.value || undefined,
      onReset: () => {
        resets.value++
      },
      onState: (state) => {
        connection.value = state === 'closed' ? 'offline' : state
        if (state !== 'live') return
        reconnects.value++
        refusals = 0
        streamTrouble.value = undefined
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
      refusal = error
    } finally {
      stopRenewing()
    }
    return stream.position
  }

  const run = async () => {
    let from: Position | undefined
    while (!closed) {
      try {
        from = await read(from)
      } catch (error) {
        streamTrouble.value = explain(error)
      }
      if (closed) return
      await pause(Math.min(REOPEN_MS * 2 ** refusals, MAX_REOPEN_MS))
      // Refused, so the session may have ended. If that is not the reason, another token will not help either, and
      // each refresh counts against the rate limit of /auth.
      if (refusals++ > 0) streamTrouble.value = reasonOf(refusal)
      else
        await renewSession().catch((error) => {
          if (error instanceof SignedOut) return
          streamTrouble.value = explain(error)
        })
    }
  }
  void run()

  return () => {
    closed = true
    close()
  }
}
