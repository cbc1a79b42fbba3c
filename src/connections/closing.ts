import type { Server } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Problem, problems } from '../errors.js'
import { hangUp } from '../http/raw-answer.js'
import { newId } from '../ids.js'
import type { Connection } from './connection.js'
import type { Registry } from './registry.js'

/** Time for the accept queue to drain; a slow loop gets at least this many turns. */
const SETTLE_MS = 250
const SETTLE_TURNS = 20

/** The listening handle, an internal of Node. */
interface Internals {
  _handle?: { listen?(backlog: number): number }
}

/**
 * Resolves in a turn of the event loop without a new connection. When a listener closes, the kernel resets the connections
 * in its accept queue, even those with requests sent. In a connection storm the queue never empties, so its length is cut to
 * the minimum first (on Linux, `listen` on a listening socket resizes the queue): later clients retry their SYN and are
 * refused once the listener is closed.
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

/** For an idle connection: it had its keep-alive time before the listener closed. */
const IDLE_MS = 50
/** For a client that stalls: within a request, a response, or the closing of its WebSocket. */
const SILENT_MS = 500
/** For requests in flight; a supervisor usually waits ten seconds before it kills. */
const WORK_MS = 7_000
/** For a client to read that its request was given up. */
const REFUSAL_MS = 500

/** Answers a request still in progress when the server has to close: its outcome is unknown. */
function giveUp(connection: Connection, headers: Readonly<Record<string, string>>): void {
  connection.refused = true
  const { socket, response } = connection
  if (response?.headersSent) return void socket.destroy()
  const detail = 'The server closes before the outcome is known: look before you repeat the request.'
  hangUp(socket, new Problem(problems.unavailable, detail), { ...headers, 'Retry-After': '1' }, newId())
}

/**
 * Ends idle and stalled connections while the server closes.
 * @param elapsedMs nominal time between calls, so a stalled process is not held against its clients
 * @param closingMs time since the server began to close
 * @param headers sent with the refusal of an unfinished request
 */
export function endLeftovers(
  connections: Registry,
  elapsedMs: number,
  closingMs: number,
  headers: Readonly<Record<string, string>>,
): void {
  for (const connection of connections) {
    const { socket, working, used, upgraded, answering } = connection
    const quietMs = connection.quiet(elapsedMs)
    const graceMs = used && !upgraded && !answering ? IDLE_MS : SILENT_MS
    if (working && !connection.refused) {
      if (closingMs > WORK_MS) giveUp(connection, headers)
      continue
    }
    const expired = upgraded ? closingMs > SILENT_MS : quietMs >= graceMs
    if (expired || closingMs > WORK_MS + REFUSAL_MS) socket.destroy()
  }
}
