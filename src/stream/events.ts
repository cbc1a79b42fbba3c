import type { ProductView } from '../catalog/product.js'
import type { OrderView } from '../orders/order.js'

/** What each type of event tells. Clients get it as the event's `data`. */
export interface EventData {
  'order:created': OrderView
  'order:updated': OrderView
  'product:created': ProductView
  'product:updated': ProductView
  'product:deleted': ProductView
  'stock:changed': { productId: string; stock: number }
  'stock:low': { productId: string; stock: number; threshold: number }
}

export type EventType = keyof EventData

/** An event as clients get it, over HTTP and over sockets alike. */
export interface StockroomEvent<T extends EventType = EventType> {
  offset: number
  type: T
  createdAt: string
  data: EventData[T]
}

/** Any one event: its type tells what its data is. */
export type AnyEvent = { [T in EventType]: StockroomEvent<T> }[EventType]

/** Where a stream stands: sent to each socket once it has all that it missed, before the first live event. */
export interface StreamReady {
  /** The id of the log. Offsets of another log say nothing about this one. */
  epoch: string
  /** All up to this offset was sent or is old news; what follows will be sent. */
  offset: number
  /** Whether all since the offset that the client named was sent. If not, the client must load its state anew. */
  recovered: boolean
}

/** Why a socket was refused (`connect_error`'s `data.code`) or ended (`session:ended`). */
export type RefusalCode = 'unauthorized' | 'forbidden' | 'invalid-offset'

/** What the server sends. */
export type ServerToClientEvents = {
  [T in EventType]: (event: StockroomEvent<T>) => void
} & {
  /** In place of the single events, for a client that asked for batches. */
  events: (events: AnyEvent[]) => void
  'stream:ready': (ready: StreamReady) => void
  /** The session was ended or the token has expired; the server disconnects this socket. */
  'session:ended': (reason: { code: RefusalCode }) => void
  /** The server is going down; connect again and resume. */
  'server:closing': () => void
}

/** What a client may send. */
export interface ClientToServerEvents {
  /** Extends the socket's life by a new access token of the same user. */
  'auth:renew': (token: string, answer: (result: RenewResult) => void) => void
}

export type RenewResult = { ok: true; expiresAt: string } | { ok: false; code: RefusalCode }

/** What a client says when it connects to a namespace. */
export interface ConnectAuth {
  /** An access token, where no cookie brings it. */
  token?: string
  /** The last event that the client saw, and the log that it was of. */
  offset?: number | null
  epoch?: string | null
  /** Ask for `events` instead of one message for each event. */
  batch?: boolean
}
