import type { Socket } from 'node:net'
import { dropUntaken, noteLine } from './backlog.js'
import type { Io } from './types.js'

/** A connection of engine.io, with what its transports keep to themselves. */
interface Connection {
  transport: { socket?: { _socket?: Socket | null }; req?: { socket: Socket } | null }
  once(event: 'close', listener: () => void): void
}

/** A packet that waits in a connection. One that goes to many sockets has one `options` for all of them. */
interface Packet {
  options?: { wsPreEncodedFrame?: Buffer[] }
}

const line = ({ transport }: Connection) => transport.socket?._socket

/**
 * Has what waits in a connection leave it in one write. By itself a WebSocket makes a system call for every frame, of
 * two pieces, and in a burst to many sockets that is most of what it costs. Connections that poll send one body anyway:
 * of these it closes the lines by which a body was never taken.
 */
export function flushTogether(engine: Io['engine']): void {
  engine.on('connection', (connection: Connection) => connection.once('close', () => dropUntaken(connection)))
  engine.on('flush', (connection: Connection, packets: Packet[]) => {
    const poll = connection.transport.req
    if (poll) noteLine(connection, poll.socket)
    for (const { options } of packets)
      if (options?.wsPreEncodedFrame && options.wsPreEncodedFrame.length > 1)
        options.wsPreEncodedFrame = [Buffer.concat(options.wsPreEncodedFrame)]
    if (packets.length > 1) line(connection)?.cork()
  })
  engine.on('drain', (connection: Connection) => line(connection)?.uncork())
}
