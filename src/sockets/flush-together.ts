import type { Writable } from 'node:stream'
import type { Io } from './types.js'

/** A connection of engine.io, with what its transports keep to themselves. */
interface Connection {
  transport: { socket?: { _socket?: Writable | null } }
}

/** A packet that waits in a connection. One that goes to many sockets has one `options` for all of them. */
interface Packet {
  options?: { wsPreEncodedFrame?: Buffer[] }
}

const line = ({ transport }: Connection) => transport.socket?._socket

/**
 * Has what waits in a connection leave it in one write. By itself a WebSocket makes a system call for every frame, of
 * two pieces, and in a burst to many sockets that is most of what it costs. Connections that poll send one body anyway.
 */
export function flushTogether(engine: Io['engine']): void {
  engine.on('flush', (connection: Connection, packets: Packet[]) => {
    for (const { options } of packets)
      if (options?.wsPreEncodedFrame && options.wsPreEncodedFrame.length > 1)
        options.wsPreEncodedFrame = [Buffer.concat(options.wsPreEncodedFrame)]
    if (packets.length > 1) line(connection)?.cork()
  })
  engine.on('drain', (connection: Connection) => line(connection)?.uncork())
}
