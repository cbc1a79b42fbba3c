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

/** Follows the log until the returned function is called, through restarts, renewed sessions and sleep. */
export function follow(): () => void {
  let closed = false
  let close = () => {}
  const hand = byFrame<AnyEvent>((events) => {
    if (!closed) for (const listener of listeners) listener(events)
  })

  const read = async (from: Position | undefined): Promise<Position | undefined> => {
    const stream = openStream(location.origin, {
      from,
      onReset: () => {
        resets.value++
      },
      onState: (state) => {
        connection.value = state === 'closed' ? 'offline' : state
        if (state === 'live') heardFromServer.value++
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
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS))
      await renewed() // it was refused: the session has ended
    }
  }
  run().catch(() => undefined) // signed out meanwhile

  return () => {
    closed = true
    close()
  }
}
