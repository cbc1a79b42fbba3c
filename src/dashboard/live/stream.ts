import { effect, signal } from '@preact/signals'
import { type AnyEvent, openStream, type Position, StreamRefused, type StreamState } from '../../client/index'
import { heardFromServer } from '../api/patience'
import { accessToken, renewed } from '../session/session'
import { byFrame } from './frames'

/** `live`, `catching-up` with what was missed, or `offline`. */
export const connection = signal<Exclude<StreamState, 'closed'>>('offline')

/** Counts the times at which what the page shows has to be loaded anew, because the log can't tell all since. */
export const resets = signal(0)

type Listener = (events: AnyEvent[]) => void
const listeners = new Set<Listener>()

/** Has `listener` told of the shop's events, in order, many at a time. @returns how to stop it. */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const REOPEN_MS = 1_000
const REOPEN_MAX_MS = 60_000

/** Waits, but no longer than until there is another access token: with that one it may go better. */
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

/** Follows the log until the returned function is called, through restarts, renewed sessions and sleep. */
export function follow(): () => void {
  let closed = false
  let close = () => {}
  const hand = byFrame<AnyEvent>((events) => {
    if (!closed) for (const listener of listeners) listener(events)
  })

  /** Since the stream was last live. */
  let refusals = 0

  const read = async (from: Position | undefined): Promise<Position | undefined> => {
    const stream = openStream(location.origin, {
      from,
      // The cookie alone would not do behind a proxy that hides from the server which origin the page is of.
      token: () => accessToken.value || undefined,
      onReset: () => {
        resets.value++
      },
      onState: (state) => {
        connection.value = state === 'closed' ? 'offline' : state
        if (state !== 'live') return
        heardFromServer.value++
        refusals = 0
      },
    })
    const stopRenewing = effect(() => {
      if (accessToken.value) stream.renew(accessToken.value)
    })
    close = () => stream.close()
    try {
      for await (const event of stream) hand(event)
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
      await pause(Math.min(REOPEN_MS * 2 ** refusals, REOPEN_MAX_MS))
      // It was refused, so the session may have ended. Where that was not why, another token would not help either, and
      // each one counts against the limit on sign-ins.
      if (refusals++ === 0) await renewed()
    }
  }
  run().catch(() => undefined) // signed out meanwhile

  return () => {
    closed = true
    close()
  }
}
