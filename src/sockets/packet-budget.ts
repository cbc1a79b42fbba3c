import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Io } from './types.js'

/** What a connection may send in a burst, and from then on every second. */
export interface Budget {
  burst: number
  perSecond: number
}

export interface BudgetOptions {
  packets: Budget
  /** Of a WebSocket, frames and all. What is posted has the engine's own limits. */
  bytes: Budget
  /** Hears of each connection that was closed because it sent more. */
  onExceeded(): void
}

/** A WebSocket of the `ws` package, with the connection that it keeps to itself. */
type WebSocket = EventEmitter & { terminate(): void; _socket?: Duplex | null }
type Transport = EventEmitter & { socket?: WebSocket }
/** A connection of engine.io. */
type Connection = EventEmitter & { transport: Transport; close(discard: boolean): void }

/** To join a namespace costs as much as so many other packets: a token is checked, and maybe the log is read. */
const JOIN_COST = 5
const isJoin = (data: unknown) => typeof data === 'string' && data.startsWith('0')

/**
 * A token bucket: it holds `burst` at most and gains `perSecond`, by the monotonic clock.
 * @returns a function that takes so much out of it, and says whether it was there
 */
export function createBucket({ burst, perSecond }: Budget, now = () => performance.now()) {
  let left = burst
  let at = now()
  return (amount: number): boolean => {
    const time = now()
    left = Math.min(burst, left + ((time - at) / 1000) * perSecond) - amount
    at = time
    return left >= 0
  }
}

/**
 * Closes each connection that sends more than its budget: packets of every kind, WebSocket's own pings and a transport's
 * probes among them, and bytes, which bound the frames that are no packets. An honest client sends a token when it joins or
 * renews, and an answer to each heartbeat.
 */
export function limitPackets(engine: Io['engine'], { packets, bytes, onExceeded }: BudgetOptions): void {
  engine.on('connection', (connection: Connection) => {
    const takePackets = createBucket(packets)
    const takeBytes = createBucket(bytes)
    const sockets = new Set<WebSocket>()
    let closed = false
    const spend = (enough: boolean) => {
      if (enough || closed) return
      closed = true
      for (const socket of sockets) socket.terminate() // it may not read a closing handshake
      connection.close(true)
      onExceeded()
    }
    const follow = ({ socket }: Transport) => {
      if (!socket || sockets.has(socket)) return
      sockets.add(socket)
      for (const frame of ['ping', 'pong']) socket.on(frame, () => spend(takePackets(1)))
      socket._socket?.on('data', (chunk: Buffer) => spend(takeBytes(chunk.length)))
    }
    follow(connection.transport)
    connection.on('upgrading', (transport: Transport) => {
      follow(transport)
      spend(takePackets(1))
    })
    connection.on('packet', ({ data }: { data?: unknown }) =>
      spend(takePackets(isJoin(data) ? JOIN_COST : 1)),
    )
  })
}
