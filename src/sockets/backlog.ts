import type { IoNamespace, IoSocket } from './types.js'

/** What engine.io and its WebSockets know of a connection, but leave out of their types. */
interface Internals {
  /** What waits until the transport can take more. */
  writeBuffer: { data?: unknown }[]
  transport: { socket?: { bufferedAmount: number; terminate(): void } }
}

const internals = (socket: IoSocket) => socket.conn as unknown as Internals
const unsentOf = (socket: IoSocket) => internals(socket).writeBuffer

/**
 * Waits until everything that was sent to `socket` has been handed to its transport. A transport takes more once it has
 * written what it had, so of a replay that waits here at most two pages are in memory: one under way, and one behind it.
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

/** How much waits in `socket` to be sent: characters that the transport has not taken, and bytes that it has not written. */
function backlog(socket: IoSocket): number {
  let size = internals(socket).transport.socket?.bufferedAmount ?? 0
  for (const { data } of unsentOf(socket)) size += typeof data === 'string' ? data.length : 0
  return size
}

/**
 * Cuts off the sockets that have more than `limit` waiting: one slow reader must not fill the memory of all. Its client
 * comes back by itself, names its last offset and gets what it missed.
 * @param limit in characters and bytes, more than the largest event
 * @returns how many were cut off.
 */
export function cutSlow(namespaces: IoNamespace[], limit: number): number {
  let cut = 0
  for (const namespace of namespaces) {
    for (const socket of namespace.sockets.values()) {
      if (unsentOf(socket).length === 0 || backlog(socket) <= limit) continue
      // A closing handshake would wait half a minute for one who does not read.
      internals(socket).transport.socket?.terminate()
      socket.conn.close(true)
      cut++
    }
  }
  return cut
}
