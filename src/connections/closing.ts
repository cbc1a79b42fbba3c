import type { Server } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Registry } from './registry.js'

/** How long the queue of connections that wait to be accepted may take to run empty, and in how many looks at it. */
const SETTLE_MS = 250
const SETTLE_TURNS = 20

/** What a server listens by, which Node keeps to itself. */
interface Internals {
  _handle?: { listen?(backlog: number): number }
}

/**
 * Resolves in a turn of the event loop that has accepted nobody. Connections that are in the queue when a listener is
 * closed are reset by the kernel, even if their requests have been sent. While many connect, the queue is never empty, so
 * it is cut to the shortest length first (on Linux, `listen` on a listening socket sets the length of its queue): whoever
 * comes then waits outside, and is told that nobody listens.
 */
export async function settleBacklog(server: Server): Promise<void> {
  ;(server as Internals)._handle?.listen?.(0)
  let accepted = true
  const note = () => {
    accepted = true
  }
  server.on('connection', note)
  const end = performance.now() + SETTLE_MS
  for (let turn = 0; accepted && (turn < SETTLE_TURNS || performance.now() < end); turn++) {
    accepted = false
    await nextTurn()
    await nextTurn()
  }
  server.off('connection', note)
}

/** A connection between two requests, which has had its time before the listener closed. */
const IDLE_MS = 50
/** A client that has sent a part of a request, does not read its answer, or does not close its WebSocket. */
const SILENT_MS = 500
/** Work that is under way; a supervisor waits ten seconds, as a rule, before it kills. */
const WORK_MS = 8_000

/**
 * Ends the connections that nothing is to be expected of while the server closes.
 * @param elapsedMs time between calls; not what has passed, when the process itself stood still
 * @param closingMs time since the server began to close
 */
export function endLeftovers(connections: Registry, elapsedMs: number, closingMs: number): void {
  for (const connection of connections) {
    const { socket, working, used, upgraded, answering } = connection
    const quietMs = connection.quiet(elapsedMs)
    const patienceMs = used && !upgraded && !answering ? IDLE_MS : SILENT_MS
    const over = working ? closingMs > WORK_MS : upgraded ? closingMs > SILENT_MS : quietMs >= patienceMs
    if (over || closingMs > WORK_MS) socket.destroy()
  }
}
