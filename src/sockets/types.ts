import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io'
import type { Role } from '../accounts/user.js'
import type { ClientToServerEvents, ServerToClientEvents } from '../stream/events.js'

/** Whom a socket's access token speaks for, and until when (in seconds since 1970, as in the token). */
export interface TokenHolder {
  sub: string
  role: Role
  sid: string
  exp: number
}

export interface SocketData {
  /** Undefined in a namespace that asks for no sign-in. */
  holder?: TokenHolder
  /** Ends the socket when its token expires. */
  expiry?: NodeJS.Timeout
}

export type Io = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
export type IoNamespace = Namespace<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
export type IoSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
