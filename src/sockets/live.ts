import type { IncomingMessage } from 'node:http'
import type { Permission } from '../accounts/access/permissions.js'
import { isKey } from '../accounts/access/principal.js'
import type { AnyEvent } from '../contract/events.js'
import type { FollowSending } from '../stream/follow-sending.js'
import type { Following } from '../stream/following.js'
import type { ReadPage } from '../stream/pages.js'
import type { Relay } from '../stream/relay.js'
import type { ResumeResult } from '../stream/resume.js'
import { byOwner, inventoryOf } from '../stream/views.js'
import { bindToSession, type LifetimeOptions } from './lifetime.js'
import { resumeSocket } from './resume-socket.js'
import { allRoom, joinRoom, type Room, type Sending, sendToRoom, userRoom } from './rooms.js'
import type { Io, IoNamespace, IoSocket } from './types.js'

export interface LiveOptions {
  io: Io
  relay: Relay
  following: Following
  verify: LifetimeOptions['verify']
  isLive: LifetimeOptions['isLive']
  access: LifetimeOptions['access']
  /** Returns the client's address: replays are scheduled round-robin by address. */
  addressOf(request: IncomingMessage): string
  /** Called with the outcome for each new socket. */
  onResume(namespace: string, result: ResumeResult): void
  /** Called with the number of events sent, multiplied by their recipients. */
  onSent(namespace: string, count: number): void
  /** Follows events that are being sent; nothing by default. */
  follow?: FollowSending | undefined
  onError(error: unknown): void
}

/** The permission of the namespace /admin. */
export const FOLLOW_ALL = 'events:follow' satisfies Permission
/** The permission of the namespace /: a key has no orders of its own. */
export const FOLLOW_OWN = 'account:use' satisfies Permission

/** Sends one after the other. @param ended called at the end, with the number of events sent to all */
function* sendAll(sendings: Sending[], ended: ((sent: number) => void) | undefined): Generator<void> {
  for (const { steps } of sendings) yield* steps
  ended?.(sendings.reduce((sum, { count }) => sum + count, 0))
}

/** Connects the relay to the namespaces: each gets its view of the log, replayed and live. */
export function goLive(options: LiveOptions) {
  const { io, relay, following, verify, isLive, access } = options
  const { addressOf, onResume, onSent, follow, onError } = options
  const { pages, resuming } = following
  const [admin, own, inventory] = [io.of('/admin'), io.of('/'), io.of('/inventory')] as const

  const begin = (namespace: IoNamespace, socket: IoSocket, read: ReadPage, join: () => void) =>
    resumeSocket(socket, read, join, addressOf(socket.request), resuming).then(
      (result) => onResume(namespace.name, result),
      (error) => {
        onError(error)
        socket.conn.close() // the client reconnects and retries
      },
    )

  admin.on('connection', (socket) => {
    bindToSession(socket, { verify, isLive, access, permission: FOLLOW_ALL })
    if (!socket.connected) return
    begin(admin, socket, pages.all, () => joinRoom(socket, allRoom))
  })

  own.on('connection', (socket) => {
    bindToSession(socket, { verify, isLive, access, permission: FOLLOW_OWN })
    if (!socket.connected) return
    const { holder } = socket.data
    const userId = holder && !isKey(holder) ? holder.sub : ''
    begin(own, socket, pages.own(userId), () => joinRoom(socket, userRoom(userId)))
  })

  inventory.on('connection', (socket) => {
    begin(inventory, socket, pages.inventory, () => joinRoom(socket, allRoom))
  })

  const send = (namespace: IoNamespace, room: Room, events: AnyEvent[]): Sending => {
    const sending = sendToRoom(namespace, room, events)
    onSent(namespace.name, sending.count)
    return sending
  }
  relay.broadcast((events) => {
    const ended = follow?.(events)
    const toAdmins = send(admin, allRoom, events)
    const toOwners = own.sockets.size > 0 ? [...byOwner(events)] : []
    const toCustomers = toOwners.map(([userId, owned]) => send(own, userRoom(userId), owned))
    const toPublic = inventory.sockets.size > 0 ? [send(inventory, allRoom, inventoryOf(events))] : []
    return sendAll([toAdmins, ...toCustomers, ...toPublic], ended)
  })

  // After a gap in the log every client must know: each reconnects with its last offset and is told to reload.
  relay.onSkip(() => {
    for (const { sockets } of [admin, own, inventory])
      for (const socket of sockets.values()) socket.conn.close()
  })

  return {
    signedInNamespaces: [admin, own],
    namespaces: [admin, own, inventory],
  }
}
