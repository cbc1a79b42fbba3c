import type { IoNamespace, IoSocket } from './types.js'

/** Untyped internals of engine.io and its WebSockets. */
interface Internals {
  /** Packets waiting for the transport to become writable. */
  writeBuffer: { data?: unknown }[]
  transport: { socket?: { bufferedAmount: number; terminate(): void } }
}

const internals = (socket: IoSocket) => socket.conn as unknown as Internals
const unsentOf = (socket: IoSocket) => internals(socket).writeBuffer

/**
 * Back-pressure: waits until everything sent to `socket` was handed to its transport. A transport accepts more once it
 * has written what it had, so a replay that waits here holds at most two pages in memory: one in flight, one queued.
 */
export async function drained(socket: IoSocket): Promise<void> {
  while (socket.connected && unsentOf(socket).length > 0)
    await new Promise<void>((resolve) => {
      const go = () => {
        socket.conn.off('drain', go).off('close', go)
        resolve()
      }
      socket.conn.once('drain', go).once('close', go)
    })
}

/** Returns the unsent amount: characters not yet handed to the transport plus bytes it has not written. */
function backlog(socket: IoSocket): number {
  let size = internals(socket).transport.socket?.bufferedAmount ?? 0
  for (const { data } of unsentOf(socket)) size += typeof data === 'string' ? data.length : 0
  return size
}

/**
 * Disconnects sockets with a backlog over `limit`, so a slow reader cannot exhaust memory. Its client reconnects, resumes
 * from its last offset and gets the events it missed.
 * @param limit in characters and bytes; must exceed the largest event
 * @returns the number of sockets disconnected
 */
export function cutSlow(namespaces: IoNamespace[], limit: number): number {
  let cut = 0
  for (const namespace of namespaces) {
    for (const socket of namespace.sockets.values()) {
      if (unsentOf(socket).length === 0 || backlog(socket) <= limit) continue
      // A closing handshake would wait half a minute for a client that does not read.
      internals(socket).transport.socket?.terminate()
      socket.conn.close(true)
      cut++
    }
  }
  return cut
}
