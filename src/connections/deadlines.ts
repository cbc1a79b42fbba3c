import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Connection, Overdue } from './connection.js'
import type { ConnectionLimits } from './limits.js'
import type { Registry } from './registry.js'

type OnCut = (overdue: Overdue) => void

/** The error that Node reports a request by which did not arrive in time. */
const timedOut = () => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

/**
 * Ends the connections whose clients are too slow to send or to read. A request that is overdue is answered first.
 * @param elapsedMs time since the last call
 * @param onCut called for each connection that is ended
 */
export function endOverdue(
  server: Server,
  connections: Registry,
  elapsedMs: number,
  limits: ConnectionLimits,
  onCut: OnCut,
): void {
  for (const connection of connections) {
    const overdue = connection.wait(elapsedMs, limits)
    if (overdue === undefined) continue
    onCut(overdue)
    if (overdue === 'request') server.emit('clientError', timedOut(), connection.socket)
    else connection.socket.destroy()
  }
}

/**
 * Ends a connection on which nothing came or went for as long as one may be silent, unless the server itself is at work.
 * @param onCut called when the client did not read its answer
 */
export function endSilent(
  server: Server,
  socket: Socket,
  connection: Connection | undefined,
  sendMs: number,
  onCut: OnCut,
): void {
  if (connection?.working && !connection.response?.writableEnded) socket.setTimeout(sendMs)
  else if (connection?.receiving) server.emit('clientError', timedOut(), socket)
  else {
    if (socket.writableLength > 0) onCut('send')
    socket.destroy()
  }
}
