import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Connection, Overdue } from './connection.js'
import type { ConnectionLimits } from './limits.js'
import type { Registry } from './registry.js'

type OnCut = (overdue: Overdue) => void

/** The error Node emits for a request timeout. */
const timedOut = () => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

/**
 * Ends connections whose clients send or read too slowly. An overdue request is answered first.
 * @param elapsedMs time since the last call
 * @param onCut called for each connection it ends
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
 * Ends a connection silent for `sendMs`, unless the server is still working on its request.
 * @param onCut called if the client did not read its response
 */
export function endSilent(
  server: Server,
  socket: Socket,
  connection: Connection | undefined,
  sendMs: number,
  onCut: OnCut,
): void {
  if (connection?.working) socket.setTimeout(sendMs)
  else if (connection?.receiving) server.emit('clientError', timedOut(), socket)
  else {
    if (socket.writableLength > 0) onCut('send')
    socket.destroy()
  }
}
