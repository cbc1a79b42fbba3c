import type { AnyEvent } from '../contract/events.js'
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

/**
 * Broadcasts `events` to `room`. Each packet is encoded once for all sockets, and not at all for an empty room.
 * @returns the number of events times the number of sockets
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
