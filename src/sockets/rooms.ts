import type { AnyEvent } from '../contract/events.js'
import { textOf } from '../stream/event-texts.js'
import { type Packet, packetsOf, sendPackets } from './packets.js'
import type { IoNamespace, IoSocket } from './types.js'

/** One room per format its sockets asked for: a message per event, or arrays. */
export interface Room {
  each: string
  batch: string
}

export const allRoom: Room = { each: 'each', batch: 'batch' }
export const userRoom = (userId: string): Room => ({ each: `each:${userId}`, batch: `batch:${userId}` })

/** Joins `socket` to `room` in the format it asked for. */
export function joinRoom(socket: IoSocket, room: Room): void {
  socket.join((socket.handshake.auth as { batch?: unknown }).batch === true ? room.batch : room.each)
}

const socketsIn = ({ adapter, sockets }: IoNamespace, room: string): IoSocket[] =>
  [...(adapter.rooms.get(room) ?? [])].flatMap((id) => sockets.get(id) ?? [])

/** Sockets that are sent to in one step: some tenths of a millisecond. */
const SOCKETS_PER_STEP = 16

function* sendToAll(sockets: IoSocket[], packets: Packet[]): Generator<void> {
  for (const [i, socket] of sockets.entries()) {
    if (i > 0 && i % SOCKETS_PER_STEP === 0) yield
    if (socket.connected) sendPackets(socket, packets)
  }
}

/** Events on their way to the sockets that were in a room at the start. */
export interface Sending {
  /** Number of events times the number of sockets. */
  count: number
  /** Sends some with each step. */
  steps: Iterable<void>
}

/** Sends `events` to `room`. Each packet is encoded once for all sockets, and not at all for an empty room. */
export function sendToRoom(namespace: IoNamespace, room: Room, events: AnyEvent[]): Sending {
  const batch = socketsIn(namespace, room.batch)
  const each = socketsIn(namespace, room.each)
  function* steps() {
    if (batch.length + each.length === 0) return
    const texts = events.map(textOf)
    if (batch.length > 0) yield* sendToAll(batch, [...packetsOf(texts, namespace.name, true)])
    if (each.length > 0) yield* sendToAll(each, [...packetsOf(texts, namespace.name, false)])
  }
  return { count: (batch.length + each.length) * events.length, steps: steps() }
}
