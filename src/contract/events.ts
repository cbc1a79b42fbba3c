import type { DisabledWebhook } from './disabled-webhook.js'
import type { OrderView } from './order.js'
import type { ProductView } from './product.js'
import type { Role } from './user.js'

/** A user in the log. It names no person: GET /users/:id does. */
export interface UserData {
  id: string
  role: Role
}

/** An order after a change, with the cause of a change of its note or metadata alone, or of a change without a request. */
export interface OrderUpdate extends OrderView {
  cause?: 'note' | 'metadata' | 'expired'
}

/** The payload of each event type, sent to clients as the event's `data`. */
export interface EventData {
  'order:created': OrderView
  'order:updated': OrderUpdate
  'product:created': ProductView
  'product:updated': ProductView
  'product:deleted': ProductView
  'stock:changed': { productId: string; stock: number }
  'stock:low': { productId: string; stock: number; threshold: number }
  'user:created': UserData
  'user:updated': UserData
  'user:deleted': UserData
  'webhook:disabled': DisabledWebhook
}

export type EventType = keyof EventData

/**
 * Who made a change: a user, a program by its API key, or the system itself (the settings, an expiry), whose id is null.
 * Ids alone: an event names no person.
 */
export type EventActor = { type: 'user' | 'key'; id: string } | { type: 'system'; id: null }

/** An event as sent to clients, over HTTP and sockets alike. */
export interface StockroomEvent<T extends EventType = EventType> {
  offset: number
  type: T
  createdAt: string
  /** Absent for the public (`/inventory`). Events of an earlier version have the system as their actor. */
  actor?: EventActor
  /** The request behind the change, if any. Absent for the public. */
  requestId?: string
  data: EventData[T]
}

/** Any event, discriminated by its type. */
export type AnyEvent = { [T in EventType]: StockroomEvent<T> }[EventType]

/** An event as the log has it. */
export type LoggedEvent = AnyEvent & { actor: EventActor }

/** The stream's position, sent to each socket after the missed events and before the first live one. */
export interface StreamReady {
  /** The id of the log. Offsets of different logs are not comparable. */
  epoch: string
  /** Events up to this offset were sent or predate the connection; all later ones will be sent. */
  offset: number
  /** Whether all events since the client's offset were sent. If not, the client must reload its state. */
  recovered: boolean
}

/** Why a socket was refused (`connect_error`'s `data.code`) or ended (`session:ended`). */
export type RefusalCode = 'unauthorized' | 'forbidden' | 'invalid-offset' | 'not-found'

/** Messages from the server. */
export type ServerToClientEvents = {
  [T in EventType]: (event: StockroomEvent<T>) => void
} & {
  /** Replaces the single events if the client requested batches. */
  events: (events: AnyEvent[]) => void
  'stream:ready': (ready: StreamReady) => void
  /** The session was ended or the token has expired; the server disconnects this socket. */
  'session:ended': (reason: { code: RefusalCode }) => void
  /** The server is shutting down; reconnect and resume. */
  'server:closing': () => void
}

/** Messages from the client. */
export interface ClientToServerEvents {
  /** Extends the socket's lifetime with a new access token of the same user. */
  'auth:renew': (token: string, answer: (result: RenewResult) => void) => void
}

export type RenewResult = { ok: true; expiresAt: string | null } | { ok: false; code: RefusalCode }

/** The handshake payload for connecting to a namespace. */
export interface ConnectAuth {
  /** An access token, if not sent as a cookie. */
  token?: string
  /** The offset of the last event received, and the epoch of its log. */
  offset?: number | null
  epoch?: string | null
  /** Requests `events` instead of one message per event. */
  batch?: boolean
}
