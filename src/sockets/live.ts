import type { IncomingMessage } from 'node:http'
import type { AnyEvent } from '../stream/events.js'
import type { EventLog } from '../stream/log.js'
import { createPages, type ReadPage } from '../stream/pages.js'
import { Recent } from '../stream/recent.js'
import type { Relay } from '../stream/relay.js'
import { byOwner, inventoryOf } from '../stream/views.js'
import { bindToSession, type LifetimeOptions } from './lifetime.js'
import { type ResumeOptions, type ResumeResult, resume } from './resume.js'
import { allRoom, joinRoom, sendToRoom, userRoom } from './rooms.js'
import { Turns } from './turns.js'
import type { Io, IoNamespace, IoSocket } from './types.js'

export interface LiveOptions {
  io: Io
  relay: Relay
  log: EventLog
  replayMax: number
  verify: LifetimeOptions['verify']
  hasEnded: LifetimeOptions['hasEnded']
  /** The client's address; the sockets of one take their turns at replays after each other. */
  addressOf(request: IncomingMessage): string
  /** Hears how each connecting socket began. */
  onResume(namespace: string, result: ResumeResult): void
  /** Hears how many events were sent, times the sockets that got them. */
  onSent(namespace: string, count: number): void
  onError(error: unknown): void
}

// How long a client that is ahead of this node waits for it before it is sent away to try again.
const CATCH_UP_MS = 5_000
// Enough for whoever lost its connection for a second in a busy shop.
const RECENT_EVENTS = 1_024
// Replays hold the thread for no longer than this and the page at hand, and for a third of the time at most.
const REPLAY_SLICE_MS = 5

/** Joins the relay to the namespaces: what each sees of the log, live and replayed. */
export function goLive(options: LiveOptions) {
  const { io, relay, log, replayMax, verify, hasEnded, addressOf, onResume, onSent, onError } = options
  const [admin, own, inventory] = [io.of('/admin'), io.of('/'), io.of('/inventory')] as const
  const recent = new Recent(RECENT_EVENTS)
  const pages = createPages(log, recent)
  const turns = new Turns({ sliceMs: REPLAY_SLICE_MS, rest: 2 })
  const resuming: ResumeOptions = {
    epoch: () => log.epoch(),
    position: () => relay.position,
    exists: async (offset) => offset <= (await log.head()),
    reach: (offset) => relay.reachKnown(offset, CATCH_UP_MS),
    replayMax,
    turns,
  }

  const begin = (namespace: IoNamespace, socket: IoSocket, read: ReadPage, join: () => void) =>
    resume(socket, read, join, addressOf(socket.request), resuming).then(
      (result) => onResume(namespace.name, result),
      (error) => {
        onError(error)
        socket.conn.close() // it comes back and tries again
      },
    )

  admin.on('connection', (socket) => {
    bindToSession(socket, { verify, hasEnded, adminOnly: true })
    if (!socket.connected) return
    begin(admin, socket, pages.all, () => joinRoom(socket, allRoom))
  })

  own.on('connection', (socket) => {
    bindToSession(socket, { verify, hasEnded, adminOnly: false })
    if (!socket.connected) return
    const userId = socket.data.holder?.sub ?? ''
    begin(own, socket, pages.own(userId), () => joinRoom(socket, userRoom(userId)))
  })

  inventory.on('connection', (socket) => {
    begin(inventory, socket, pages.inventory, () => joinRoom(socket, allRoom))
  })

  relay.subscribe((delivered) => {
    const events = delivered as AnyEvent[]
    recent.add(events)
    onSent('/admin', sendToRoom(admin, allRoom, events))
    if (own.sockets.size > 0)
      for (const [userId, theirs] of byOwner(events)) onSent('/', sendToRoom(own, userRoom(userId), theirs))
    if (inventory.sockets.size > 0) onSent('/inventory', sendToRoom(inventory, allRoom, inventoryOf(events)))
  })

  // Nobody may take a gap for all there was: each comes back, names its last offset, and is told that it must load anew.
  relay.onSkip(() => {
    recent.clear()
    for (const { sockets } of [admin, own, inventory])
      for (const socket of sockets.values()) socket.conn.close()
  })

  return {
    signedInNamespaces: [admin, own],
    namespaces: [admin, own, inventory],
    /** How many replays wait for their turn. */
    waiting: () => turns.size,
  }
}
