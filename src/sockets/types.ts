import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io'
import type { Principal } from '../accounts/access/principal.js'
import type { ClientToServerEvents, ServerToClientEvents } from '../contract/events.js'

export interface SocketData {
  /** Undefined in a public namespace. */
  holder?: Principal
  /** Ends the socket when its token expires. */
  expiry?: NodeJS.Timeout
}

export type Io = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
export type IoNamespace = Namespace<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
export type IoSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>
