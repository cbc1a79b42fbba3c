import type { ConnectAuth } from '../contract/events.js'
import type { ReadPage } from '../stream/pages.js'
import { drained } from './backlog.js'
import { type Packet, portionsOf, sendPackets } from './packets.js'
import type { Turns } from './turns.js'
import type { IoSocket } from './types.js'

export interface ResumeOptions {
  /** Returns the current epoch of the log. */
  epoch(): string
  /** Returns the offset up to which all events were delivered to the live rooms. */
  position(): number
  /** Whether the log contains `offset`, delivered on this node or not. */
  exists(offset: number): Promise<boolean>
  /** Waits until `position` reaches `offset`, which exists in the log. Throws on timeout. */
  reach(offset: number): Promise<void>
  /** Maximum offsets to replay; past this a client had better reload its state. */
  replayMax: number
  /** Schedules reads of the log. */
  turns: Turns
}

/** Outcome for a new socket; 'gone' if it disconnected midway. */
export type ResumeResult = 'fresh' | 'recovered' | 'unrecoverable' | 'gone'

/**
 * Replays missed events to `socket`, then joins it to the live stream: from its offset if the log still has all events
 * since, else from now on. Replay and live stream meet without gap or overlap: the last check of `position` and the join
 * happen in one turn of the event loop, during which nothing is delivered to the live rooms.
 * @param read reads pages of the log, filtered for this socket
 * @param key scheduling key; sockets with the same key share their turns
 */
export async function resume(
  socket: IoSocket,
  read: ReadPage,
  join: () => void,
  key: string,
  { epoch, position, exists, reach, replayMax, turns }: ResumeOptions,
): Promise<ResumeResult> {
  const { offset, epoch: knownEpoch, batch } = socket.handshake.auth as ConnectAuth
  const ready = (recovered: boolean): ResumeResult => {
    join()
    socket.emit('stream:ready', { epoch: epoch(), offset: position(), recovered })
    return recovered ? 'recovered' : 'unrecoverable'
  }
  if (offset === undefined || offset === null) {
    ready(false)
    return 'fresh'
  }
  if (knownEpoch !== epoch()) return ready(false)
  // A client from a faster node may have seen events not yet delivered here.
  if (offset > position()) {
    const found = await turns.run(key, () => socket.connected && exists(offset))
    if (!socket.connected) return 'gone'
    if (!found) return ready(false)
    await reach(offset)
    if (!socket.connected) return 'gone'
  }
  if (position() - offset > replayMax) return ready(false)
  if (offset === position()) return ready(true)

  let sentUpTo = offset
  /** Sends the next page, and joins once level with `position`. Returns the unsent rest of a large page. */
  const takeTurn = async (): Promise<ResumeResult | Packet[][]> => {
    if (!socket.connected) return 'gone'
    if (sentUpTo < position()) {
      const page = await read(sentUpTo, position())
      if (!socket.connected) return 'gone'
      if (!page.events || knownEpoch !== epoch()) return ready(false)
      const [first = [], ...rest] = portionsOf(page, socket.nsp.name, batch === true)
      sendPackets(socket, first)
      sentUpTo = page.upTo
      if (rest.length > 0) return rest
    }
    return sentUpTo < position() ? [] : ready(true)
  }
  for (;;) {
    const result = await turns.run(key, takeTurn)
    if (typeof result === 'string') return result
    await drained(socket)
    for (const portion of result) {
      if (!socket.connected) return 'gone'
      sendPackets(socket, portion)
      await drained(socket)
    }
  }
}
