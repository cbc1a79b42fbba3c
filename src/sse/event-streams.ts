import type { ServerResponse } from 'node:http'
import { isKey, type Principal } from '../accounts/access/principal.js'
import type { StreamView } from '../contract/event-stream.js'
import type { RefusalCode, StreamReady } from '../contract/events.js'
import type { FollowSending } from '../stream/follow-sending.js'
import type { Following } from '../stream/following.js'
import type { Page, ReadPage } from '../stream/pages.js'
import type { Relay } from '../stream/relay.js'
import { type ResumePosition, type ResumeResult, resume } from '../stream/resume.js'
import { Audience, type Listener } from './audience.js'
import { EventStream, type StreamHeaders } from './event-stream.js'
import { eventFrame, portionsOf } from './frames.js'

// Maximum delay of setTimeout (2^31 - 1 ms), far above the lifetime of a token.
const MAX_TIMER_MS = 2_147_483_647

export interface EventStreamsOptions {
  relay: Relay
  following: Following
  /** Whether the session or key has not ended. */
  isLive(holder: Principal): boolean
  /** Called with the outcome for each new stream. */
  onResume(view: StreamView, result: ResumeResult): void
  /** Called with the number of events sent, multiplied by their recipients. */
  onSent(view: StreamView, count: number): void
  /** Follows events that are being sent; nothing by default. */
  follow?: FollowSending | undefined
  /** Called for each stream cut off for reading too slowly. */
  onSlow(): void
  onError(error: unknown): void
}

export interface NewStream extends Listener {
  response: ServerResponse
  headers: StreamHeaders
  /** The last event that the client saw. */
  from: ResumePosition
  /** Scheduling key of the replay: the client's address. */
  address: string
}

export type EventStreams = ReturnType<typeof createEventStreams>

/** The log as server-sent events: each view replayed and live, by the same pages and relay as sockets. */
export function createEventStreams(options: EventStreamsOptions) {
  const { relay, following, isLive, onResume, onSent, follow, onSlow, onError } = options
  const { pages, resuming } = following
  const audience = new Audience()
  let closing = false
  /** The last offset that all live streams were told; `resuming.position()` is ahead of it during a broadcast. */
  let toldAll = resuming.position()

  const readerOf = ({ view, holder }: Listener): ReadPage => {
    if (view === 'admin') return pages.all
    if (view === 'inventory') return pages.inventory
    return pages.own(holder && !isKey(holder) ? holder.sub : '')
  }

  const endWith = (stream: EventStream, code: RefusalCode) => stream.end('session:ended', { code })

  /** Ends `stream` at the expiry of its token. */
  const endOnExpiry = (stream: EventStream, holder: Principal): void => {
    let timer: NodeJS.Timeout
    const arm = () => {
      const left = holder.exp * 1000 - Date.now()
      const onTime = () => (left > MAX_TIMER_MS ? arm() : endWith(stream, 'unauthorized'))
      timer = setTimeout(onTime, Math.min(Math.max(left, 0), MAX_TIMER_MS)).unref()
    }
    arm()
    stream.onClose(() => clearTimeout(timer))
  }

  const begin = ({ response, headers, from, address, ...listener }: NewStream): void => {
    if (response.destroyed) return
    const { view, holder } = listener
    const now = () => ({ epoch: resuming.epoch(), offset: toldAll })
    const stream = new EventStream(response, headers, now, onSlow)
    audience.add(stream, listener)
    // It may have begun to close, or the session to end, since the request was admitted.
    if (closing) return stream.end('server:closing')
    if (holder && !isLive(holder)) return endWith(stream, 'unauthorized')
    if (holder) endOnExpiry(stream, holder)

    const follower = {
      get connected() {
        return stream.connected
      },
      portionsOf: (page: Page) => portionsOf(page, resuming.epoch()),
      send: (portion: Buffer) => stream.send(portion),
      drained: () => stream.drained(),
      join: () => audience.join(stream),
      ready: (position: StreamReady) => {
        const { epoch, offset } = position
        stream.tell(eventFrame(epoch, { offset, type: 'ready', text: JSON.stringify(position) }), offset)
      },
    }
    resume(follower, from, readerOf(listener), address, resuming).then(
      (result) => onResume(view, result),
      (error) => {
        onError(error)
        stream.end() // the client reconnects and retries
      },
    )
  }

  relay.broadcast((events) => {
    const ended = follow?.(events)
    let sent = 0
    const steps = audience.deliver(events, resuming.epoch(), (view, count) => {
      sent += count
      onSent(view, count)
    })
    steps.next()
    return (function* () {
      yield* steps
      toldAll = resuming.position()
      ended?.(sent)
    })()
  })
  // After a gap in the log every client must know: each reconnects with its last event and is told to reload.
  relay.onSkip(() => {
    toldAll = resuming.position()
    for (const stream of audience.all()) stream.end()
  })

  return {
    /** Answers with a stream, once earlier responses of the connection are sent (a pipelined request waits). */
    open(given: NewStream): void {
      if (given.response.socket) begin(given)
      else given.response.once('socket', () => begin(given))
    },

    /** Ends all streams of a session. */
    endSession: (sessionId: string) => {
      for (const stream of audience.heldBy(`session:${sessionId}`)) endWith(stream, 'unauthorized')
    },

    /** Ends all streams of an API key. */
    endKey: (keyId: string) => {
      for (const stream of audience.heldBy(`key:${keyId}`)) endWith(stream, 'unauthorized')
    },

    /** Ends the streams of an API key whose secret has changed: clients with a valid one reconnect and resume. */
    reconnectKey: (keyId: string) => {
      for (const stream of audience.heldBy(`key:${keyId}`)) stream.end()
    },

    /** Ends all streams, and every later one at once: their clients reconnect elsewhere. */
    close(): void {
      closing = true
      for (const stream of audience.all()) stream.end('server:closing')
    },

    /** Returns the number of open streams of `view`. */
    count: (view: StreamView) => audience.count(view),
  }
}
