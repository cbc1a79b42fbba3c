import type { Writable } from 'node:stream'
import type { Io } from './types.js'

/** An engine.io connection with the private socket of its transport. */
interface Connection {
  transport: { socket?: { _socket?: Writable | null } }
}

/** A queued packet. A broadcast shares one `options` object among all its sockets. */
interface Packet {
  options?: { wsPreEncodedFrame?: Buffer[] }
}

const line = ({ transport }: Connection) => transport.socket?._socket

/**
 * Writes all queued packets of a connection in one system call. By default a WebSocket makes one per frame, in two
 * buffers, which dominates the cost of a broadcast to many sockets. Polling connections send a single body anyway.
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
