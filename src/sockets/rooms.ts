import type { AnyEvent } from '../stream/events.js'
import type { IoNamespace, IoSocket } from './types.js'

/** Rooms are by the form in which their sockets want events: one message each, or arrays. */
export interface Room {
  each: string
  batch: string
}

export const allRoom: Room = { each: 'each', batch: 'batch' }
export const userRoom = (userId: string): Room => ({ each: `each:${userId}`, batch: `batch:${userId}` })

/** Has `socket` join the live stream of `room`, in the form that it asked for. */
export function joinRoom(socket: IoSocket, room: Room): void {
  socket.join((socket.handshake.auth as { batch?: unknown }).batch === true ? room.batch : room.each)
}

/**
 * Sends `events` to all in `room`. A packet is encoded once, however many sockets get it, and not at all for nobody.
 * @returns how many events were sent to how many sockets, multiplied.
 */
export function sendToRoom(namespace: IoNamespace, room: Room, events: AnyEvent[]): number {
  if (events.length === 0) return 0
  const { rooms } = namespace.adapter
  const each = rooms.get(room.each)?.size ?? 0
  const batch = rooms.get(room.batch)?.size ?? 0
  if (batch > 0) namespace.to(room.batch).emit('events', events)
  if (each > 0) for (const event of events) namespace.to(room.each).emit(event.type, event as never)
  return (each + batch) * events.length
}
