import type { ConnectAuth } from '../stream/events.js'
import type { ReadPage } from '../stream/pages.js'
import { drained } from './backlog.js'
import { type Packet, portionsOf, sendPackets } from './packets.js'
import type { Turns } from './turns.js'
import type { IoSocket } from './types.js'

export interface ResumeOptions {
  /** The id of the log. */
  epoch(): string
  /** The offset up to which everything was handed to the live rooms. */
  position(): number
  /** Whether the log has this offset, which may not have been handed on here yet. */
  exists(offset: number): Promise<boolean>
  /** Waits until `position` is `offset`, which the log has. Throws when it takes too long. */
  reach(offset: number): Promise<void>
  /** Offsets that a resuming client may be behind at most; past it, it had better load its state anew. */
  replayMax: number
  /** Whatever reads the log for a socket waits for its turn. */
  turns: Turns
}

/** How a socket began; 'gone' when it left in the middle. */
export type ResumeResult = 'fresh' | 'recovered' | 'unrecoverable' | 'gone'

/**
 * Brings `socket` level with the live stream and then has it join: from the offset that it named, if the log can
 * still tell all since, else from now on. Replay and join meet without a gap or an overlap, because the last look at
 * `position` and the join happen in one turn of the event loop, in which nothing can be handed to the live rooms.
 * @param read the pages of the log as this socket may see them
 * @param key with whose other sockets it shares its turns
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
  // A client that comes from a faster node may have seen what this one has not handed on yet.
  if (offset > position()) {
    const found = await turns.run(key, () => socket.connected && exists(offset))
    if (!socket.connected) return 'gone'
    if (!found) return ready(false)
    await reach(offset)
    if (!socket.connected) return 'gone'
  }
  if (position() - offset > replayMax) return ready(false)
  if (offset === position()) return ready(true)

  let told = offset
  /** Sends the next page, and is done where it reaches to `position`. Gives what is left to send of a large page. */
  const takeTurn = async (): Promise<ResumeResult | Packet[][]> => {
    if (!socket.connected) return 'gone'
    if (told < position()) {
      const page = await read(told, position())
      if (!socket.connected) return 'gone'
      if (!page.events || knownEpoch !== epoch()) return ready(false)
      const [first = [], ...rest] = portionsOf(page, socket.nsp.name, batch === true)
      sendPackets(socket, first)
      told = page.upTo
      if (rest.length > 0) return rest
    }
    return told < position() ? [] : ready(true)
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
