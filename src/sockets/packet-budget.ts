import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Io } from './types.js'

/** Parameters of a token bucket. */
export interface Budget {
  burst: number
  perSecond: number
}

export interface BudgetOptions {
  packets: Budget
  /** Bytes of a WebSocket, including framing. Polling requests have the engine's own limits. */
  bytes: Budget
  /** Called for each connection closed over its budget. */
  onExceeded(): void
}

/** A WebSocket of the `ws` package with its private TCP socket. */
type WebSocket = EventEmitter & { terminate(): void; _socket?: Duplex | null }
type Transport = EventEmitter & { socket?: WebSocket }
/** An engine.io connection. */
type Connection = EventEmitter & { transport: Transport; close(discard: boolean): void }

/** Packets a namespace join counts as: it verifies a token and may read the log. */
const JOIN_COST = 5
const isJoin = (data: unknown) => typeof data === 'string' && data.startsWith('0')

/**
 * Creates a token bucket of size `burst`, refilled by `perSecond` on the monotonic clock.
 * @returns a function that takes tokens and returns whether there were enough
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
 * Closes connections over their budget of packets, including WebSocket pings and transport probes, or of bytes, which
 * bounds other frames. A well-behaved client sends only a token when it joins or renews, and heartbeat replies.
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
      for (const socket of sockets) socket.terminate() // it may ignore a closing handshake
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
