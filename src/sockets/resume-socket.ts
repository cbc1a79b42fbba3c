import type { ConnectAuth } from '../contract/events.js'
import type { ReadPage } from '../stream/pages.js'
import { type ResumeOptions, type ResumeResult, resume } from '../stream/resume.js'
import { drained } from './backlog.js'
import { type Packet, portionsOf, sendPackets } from './packets.js'
import type { IoSocket } from './types.js'

/**
 * Replays missed events to `socket`, from the position in its handshake, then joins it to the live stream.
 * @param read reads pages of the log, filtered for this socket
 * @param key scheduling key; sockets with the same key share their turns
 */
export function resumeSocket(
  socket: IoSocket,
  read: ReadPage,
  join: () => void,
  key: string,
  options: ResumeOptions,
): Promise<ResumeResult> {
  const { offset, epoch, batch } = socket.handshake.auth as ConnectAuth
  return resume<Packet[]>(
    {
      get connected() {
        return socket.connected
      },
      portionsOf: (page) => portionsOf(page, socket.nsp.name, batch === true),
      send: (packets) => sendPackets(socket, packets),
      drained: () => drained(socket),
      join,
      ready: (position) => void socket.emit('stream:ready', position),
    },
    { offset, epoch },
    read,
    key,
    options,
  )
}
