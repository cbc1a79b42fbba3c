/**
 * A client for Stockroom's live events, for Node and for browsers: it resumes where it was, drops what it has seen,
 * and can be read with `for await`.
 */
import { io, type Socket } from 'socket.io-client'
import type {
  AnyEvent,
  ClientToServerEvents,
  ConnectAuth,
  RefusalCode,
  ServerToClientEvents,
  StreamReady,
} from '../stream/events.js'

export type { AnyEvent, EventData, EventType, StockroomEvent } from '../stream/events.js'

/** A place in the log: what to remember, to go on from there after a restart. */
export interface Position {
  epoch: string
  offset: number
}

/** `catching-up`: connected, and being told what was missed. */
export type StreamState = 'offline' | 'catching-up' | 'live' | 'closed'

export interface StreamOptions {
  /** Whose view: every event (admins), one's own orders, or the public inventory. */
  namespace?: '/admin' | '/' | '/inventory'
  /** Gives an access token for each connection that is made. Without one the browser's cookie signs in. */
  token?: () => string | undefined | Promise<string | undefined>
  /** Where to go on from. Without it the stream begins now. */
  from?: Position
  /**
   * Called before the first live event whenever what came before it can't be told (at first, or after too long an
   * absence): load what you need from the API now; everything after `position` will follow. Save it: a stream that is
   * ended before its first event goes on from there.
   */
  onReset?: (position: Position) => void
  onState?: (state: StreamState) => void
}

export interface EventStream extends AsyncIterable<AnyEvent> {
  /** The place behind the last event that the reader has taken; before the first, the place where the stream began. */
  readonly position: Position | undefined
  /**
   * Extends the connection by a new access token of the same user, so that it outlives the one it began with. Without it the
   * connection ends with its token and is made anew.
   */
  renew(token: string): void
  /** Ends the stream, and the `for await` that reads it. */
  close(): void
}

/** The server won't have this client, and asking again would not help. */
export class StreamRefused extends Error {
  override name = 'StreamRefused'
  readonly code: RefusalCode | undefined
  constructor(code: RefusalCode | undefined, message: string) {
    super(message)
    this.code = code
  }
}

/** Events that may wait for the reader; past it the connection is let go, and resumed when they are read. */
const WAITING_MAX = 10_000
const RETRY_MS = 250
const RETRY_MAX_MS = 5_000

/**
 * Opens a stream of events. It connects again whenever it must, so it ends only by `close()`, or by throwing
 * StreamRefused (or what `token` throws) to the reader.
 * @param url where Stockroom is, like http://127.0.0.1:3000
 */
export function openStream(url: string, options: StreamOptions = {}): EventStream {
  const { namespace = '/admin', token, from, onReset, onState } = options
  const waiting: AnyEvent[] = []
  let received: Position | undefined = from
  let taken: Position | undefined = from
  let failure: Error | undefined
  let closed = false
  let wakeReader: (() => void) | undefined

  const wake = () => {
    wakeReader?.()
    wakeReader = undefined
  }
  const end = (error?: Error) => {
    if (closed) return
    closed = true
    failure = error
    socket.disconnect()
    onState?.('closed')
    wake()
  }

  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(new URL(namespace, url).href, {
    autoConnect: false,
    withCredentials: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true, // where a proxy passes no upgrade on
    reconnectionDelay: RETRY_MS, // then twice as long each time, and a little at random
    reconnectionDelayMax: RETRY_MAX_MS,
    // Asked anew at each connection: by then the place in the log is another, and the token may be.
    auth: (send) => {
      const resume: ConnectAuth = { batch: true, ...received }
      Promise.resolve(token?.()).then(
        (fresh) => send(fresh === undefined ? resume : { ...resume, token: fresh }),
        end,
      )
    },
  })

  const take = (events: AnyEvent[]) => {
    for (const event of events) {
      if (!received || event.offset <= received.offset) continue
      received = { ...received, offset: event.offset }
      waiting.push(event)
    }
    if (waiting.length > WAITING_MAX) socket.disconnect()
    wake()
  }

  socket.on('connect', () => onState?.('catching-up'))
  socket.on('events', take)
  socket.on('stream:ready', ({ epoch, offset, recovered }: StreamReady) => {
    received = { epoch, offset }
    // What waits is of before the state that is to be loaded now, or of another log.
    if (!recovered) waiting.length = 0
    if (waiting.length === 0) taken = received
    if (!recovered) onReset?.(received)
    onState?.('live')
  })
  socket.on('disconnect', (reason) => {
    if (closed) return
    onState?.('offline')
    // The server ended the session: with a new token (or cookie) there may be another. Else it is tried by itself.
    if (reason === 'io server disconnect') setTimeout(() => closed || socket.connect(), RETRY_MS)
  })
  socket.on('connect_error', (error) => {
    if (socket.active) return // a matter of the network: it is tried again
    const { code } = (error as Error & { data?: { code?: RefusalCode } }).data ?? {}
    end(new StreamRefused(code, error.message))
  })
  socket.connect()

  return {
    get position() {
      return taken
    },
    renew(token) {
      if (socket.connected) socket.emit('auth:renew', token, () => undefined)
    },
    close: () => end(),
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const event = waiting.shift()
          if (event) {
            // Once nothing waits, all that the server has told of was taken, other people's events among it.
            if (received) taken = waiting.length > 0 ? { ...received, offset: event.offset } : received
            yield event
          } else if (failure) throw failure
          else if (closed) return
          else {
            if (!socket.active) socket.connect() // it was let go because too much waited
            await new Promise<void>((resolve) => {
              wakeReader = resolve
            })
          }
        }
      } finally {
        end()
      }
    },
  }
}
