/**
 * Client for Stockroom's live events, for Node and browsers: resumes where it left off, drops duplicates, and is
 * read with `for await`.
 */
import { io, type Socket } from 'socket.io-client'
import type {
  AnyEvent,
  ClientToServerEvents,
  ConnectAuth,
  RefusalCode,
  ServerToClientEvents,
  StreamReady,
} from '../contract/events.js'

export type { AnyEvent, EventData, EventType, StockroomEvent } from '../contract/events.js'
export type { Metadata } from '../contract/metadata.js'

/** Position in the event log. Save it to resume after a restart. */
export interface Position {
  epoch: string
  offset: number
}

/** `catching-up`: connected and replaying missed events. */
export type StreamState = 'offline' | 'catching-up' | 'live' | 'closed'

export interface StreamOptions {
  /** `/admin`: every event, for admins; `/`: the user's own orders; `/inventory`: public stock and products. */
  namespace?: '/admin' | '/' | '/inventory'
  /** Returns an access token for each connection. Default: the browser's cookie authenticates. */
  token?: () => string | undefined | Promise<string | undefined>
  /** Position to resume from. Default: the stream begins now. */
  from?: Position | undefined
  /**
   * Called before the first live event whenever earlier ones cannot be replayed: on first use, or after too long an
   * absence. Load your state from the API now; everything after `position` will follow. Save it: a stream ended
   * before its first event resumes there.
   */
  onReset?: (position: Position) => void
  onState?: (state: StreamState) => void
}

export interface EventStream extends AsyncIterable<AnyEvent> {
  /** Position after the last event read; before the first, where the stream began. */
  readonly position: Position | undefined
  /**
   * Extends the connection with a new access token of the same user. Otherwise the connection ends when its token
   * expires, and is opened again.
   */
  renew(token: string): void
  /** Ends the stream and its `for await`. */
  close(): void
}

/** The server refused this client; a retry would not help. */
export class StreamRefused extends Error {
  override name = 'StreamRefused'
  readonly code: RefusalCode | undefined
  constructor(code: RefusalCode | undefined, message: string) {
    super(message)
    this.code = code
  }
}

/** Back-pressure: past this many unread events the stream disconnects, and resumes once they are read. */
const MAX_UNREAD = 10_000
const RETRY_MS = 250
const MAX_RETRY_MS = 5_000

/**
 * Opens an event stream. It reconnects automatically, so it ends only by `close()`, or by throwing StreamRefused or
 * an error of `token` to the reader.
 * @param url base URL of Stockroom, such as http://127.0.0.1:3000
 */
export function openStream(url: string, options: StreamOptions = {}): EventStream {
  const { namespace = '/admin', token, from, onReset, onState } = options
  const unread: AnyEvent[] = []
  let received: Position | undefined = from
  let read: Position | undefined = from
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

  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(new URL(namespace, base).href, {
    path: `${base.pathname}socket.io`,
    autoConnect: false,
    // A connection of its own: one opened before the sign-in has no cookies.
    multiplex: false,
    withCredentials: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true, // for proxies that do not forward upgrades
    reconnectionDelay: RETRY_MS, // doubles each time, with jitter
    reconnectionDelayMax: MAX_RETRY_MS,
    // Called for each connection: the position has moved on, and the token may have changed.
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
      unread.push(event)
    }
    if (unread.length > MAX_UNREAD) socket.disconnect()
    wake()
  }

  socket.on('connect', () => onState?.('catching-up'))
  socket.on('events', take)
  socket.on('stream:ready', ({ epoch, offset, recovered }: StreamReady) => {
    received = { epoch, offset }
    // Unread events precede the state about to be loaded, or belong to another log.
    if (!recovered) unread.length = 0
    if (unread.length === 0) read = received
    if (!recovered) onReset?.(received)
    onState?.('live')
  })
  socket.on('disconnect', (reason) => {
    if (closed) return
    onState?.('offline')
    // Socket.IO does not reconnect after a disconnect by the server, such as the end of a session: a new token or
    // cookie may start another.
    if (reason === 'io server disconnect') setTimeout(() => closed || socket.connect(), RETRY_MS)
  })
  socket.on('connect_error', (error) => {
    if (socket.active) return // a network error: Socket.IO retries
    const { code } = (error as Error & { data?: { code?: RefusalCode } }).data ?? {}
    end(new StreamRefused(code, error.message))
  })
  socket.connect()

  return {
    get position() {
      return read
    },
    renew(token) {
      if (socket.connected) socket.emit('auth:renew', token, () => undefined)
    },
    close: () => end(),
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const event = unread.shift()
          if (event) {
            // With an empty queue everything received was read, including offsets of events filtered out by the server.
            if (received) read = unread.length > 0 ? { ...received, offset: event.offset } : received
            yield event
          } else if (failure) throw failure
          else if (closed) return
          else {
            if (!socket.active) socket.connect() // disconnected by back-pressure
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
