import type { Duplex } from 'node:stream'
import type { Transport } from './channel.js'
import { FrameReader, frameOf } from './frames.js'

/** Carries texts over a socket, each in a frame. */
export function overSocket(socket: Duplex): Transport {
  // A peer that dies resets the connection; `close` follows.
  socket.on('error', () => undefined)
  return {
    send: (text) => void socket.write(frameOf(text)),
    onText(receive) {
      const frames = new FrameReader(receive)
      socket.on('data', (chunk: Buffer) => frames.add(chunk))
    },
    onClose: (listener) => (socket.closed ? listener() : void socket.on('close', listener)),
    destroy: () => void socket.destroy(),
  }
}
