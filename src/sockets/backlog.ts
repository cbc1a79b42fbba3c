import type { IoNamespace, IoSocket } from './types.js'

/** What engine.io and its WebSockets know of a connection, but leave out of their types. */
interface Internals {
  /** What waits until the transport can take more. */
  writeBuffer: { data?: unknown }[]
  transport: { socket?: { terminate(): void } }
}

const internals = (socket: IoSocket) => socket.conn as unknown as Internals
const unsentOf = (socket: IoSocket) => internals(socket).writeBuffer

/** Packets that may wait in a socket before a replay waits for it. */
const REPLAY_AHEAD_MAX = 64

/** Waits until most of what was sent to `socket` has left the process, so that a replay never outruns its reader. */
export async function drained(socket: IoSocket): Promise<void> {
  while (socket.connected && unsentOf(socket).length > REPLAY_AHEAD_MAX)
    await new Promise<void>((resolve) => {
      const go = () => {
        socket.conn.off('drain', go).off('close', go)
        resolve()
      }
      socket.conn.once('drain', go).once('close', go)
    })
}

/** How many characters wait in `socket` to be sent. */
function backlog(socket: IoSocket): number {
  let size = 0
  for (const { data } of unsentOf(socket)) size += typeof data === 'string' ? data.length : 0
  return size
}

/**
 * Cuts off the sockets that have more than `limit` characters waiting: one slow reader must not fill the memory of
 * all. Its client comes back by itself, names its last offset and gets what it missed.
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
