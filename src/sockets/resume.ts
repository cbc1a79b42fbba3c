import type { AnyEvent, ConnectAuth } from '../stream/events.js'
import { drained } from './backlog.js'
import type { IoSocket } from './types.js'

/** A part of the log, as one kind of listener may see it. */
export interface View {
  /** The events of this view after the offset `after`, up to and with `upTo`; oldest first. */
  read(after: number, upTo: number): Promise<AnyEvent[]>
}

export interface ResumeOptions {
  epoch: string
  /** The offset up to which everything was handed to the live rooms. */
  position(): number
  /** Waits until that is `offset`; false when there is no such offset. Throws when it takes too long. */
  reach(offset: number): Promise<boolean>
  /** The oldest offset that the log still has. */
  oldest(): Promise<number | undefined>
  /** Offsets that a resuming client may be behind at most; past it, it had better load its state anew. */
  replayMax: number
}

const PAGE = 1_000
/** Sends `events` to one socket, in the form that it asked for. */
function send(socket: IoSocket, events: AnyEvent[], batch: boolean): void {
  if (events.length === 0) return
  if (batch) socket.emit('events', events)
  else for (const event of events) socket.emit(event.type, event as never)
}

/**
 * Brings `socket` level with the live stream and then has it join: from the offset that it named, if the log can
 * still tell all since, else from now on. Replay and join meet without a gap or an overlap, because the last look at
 * `position` and the join happen in one turn of the event loop, in which nothing can be handed to the live rooms.
 * @returns how it went; 'gone' when the socket left in the middle.
 */
export async function resume(
  socket: IoSocket,
  view: View,
  join: () => void,
  { epoch, position, reach, oldest, replayMax }: ResumeOptions,
): Promise<'fresh' | 'recovered' | 'unrecoverable' | 'gone'> {
  const { offset, epoch: knownEpoch, batch } = socket.handshake.auth as ConnectAuth
  const ready = (recovered: boolean) => {
    join()
    socket.emit('stream:ready', { epoch, offset: position(), recovered })
  }
  if (offset === undefined) {
    ready(false)
    return 'fresh'
  }
  // A client that comes from a faster node may have seen what this one has not handed on yet.
  const known = knownEpoch === epoch && (await reach(offset))
  if (!socket.connected) return 'gone'
  if (!known || position() - offset > replayMax) {
    ready(false)
    return 'unrecoverable'
  }
  let told = offset
  while (told < position()) {
    const upTo = Math.min(told + PAGE, position())
    const events = await view.read(told, upTo)
    const kept = (await oldest()) ?? upTo + 1 // asked after the page was read: what it lacks, was deleted by now
    await drained(socket)
    if (!socket.connected) return 'gone'
    if (told + 1 < kept) {
      ready(false)
      return 'unrecoverable'
    }
    send(socket, events, batch === true)
    told = upTo
  }
  ready(true)
  return 'recovered'
}
