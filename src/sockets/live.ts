import type { AnyEvent } from '../stream/events.js'
import type { EventLog } from '../stream/log.js'
import type { Relay } from '../stream/relay.js'
import { bindToSession, type LifetimeOptions } from './lifetime.js'
import { type ResumeOptions, resume, type View } from './resume.js'
import { allRoom, joinRoom, sendToRoom, userRoom } from './rooms.js'
import type { Io, IoNamespace, IoSocket } from './types.js'

export interface LiveOptions {
  io: Io
  relay: Relay
  log: EventLog
  replayMax: number
  verify: LifetimeOptions['verify']
  /** Hears how each connecting socket began. */
  onResume(namespace: string, result: Awaited<ReturnType<typeof resume>>): void
  /** Hears how many events were sent, times the sockets that got them. */
  onSent(namespace: string, count: number): void
  onError(error: unknown): void
}

// How long a client that is ahead of this node waits for it before it is sent away to try again.
const CATCH_UP_MS = 5_000

const isOrderEvent = (event: AnyEvent) => event.type === 'order:created' || event.type === 'order:updated'
const isInventoryEvent = (event: AnyEvent) => !isOrderEvent(event) && event.type !== 'stock:low'

/** The user whose own event it is. */
const ownerOf = (event: AnyEvent) => ('userId' in event.data ? event.data.userId : undefined)

/** Keeps of each product's `stock:changed` in a row of events the last alone; /inventory shows what is, not how it came. */
function mergeStock(events: AnyEvent[]): AnyEvent[] {
  const last = new Map<string, AnyEvent>()
  for (const event of events) if (event.type === 'stock:changed') last.set(event.data.productId, event)
  return events.filter((event) => event.type !== 'stock:changed' || last.get(event.data.productId) === event)
}

function byOwner(events: AnyEvent[]): Map<string, AnyEvent[]> {
  const owners = new Map<string, AnyEvent[]>()
  for (const event of events) {
    const owner = ownerOf(event)
    if (owner === undefined) continue
    const own = owners.get(owner)
    if (own) own.push(event)
    else owners.set(owner, [event])
  }
  return owners
}

/** Joins the relay to the namespaces: what each sees of the log, live and replayed. */
export function goLive({ io, relay, log, replayMax, verify, onResume, onSent, onError }: LiveOptions) {
  const [admin, own, inventory] = [io.of('/admin'), io.of('/'), io.of('/inventory')] as const
  const options: ResumeOptions = {
    get epoch() {
      return log.epoch()
    },
    position: () => relay.position,
    reach: (offset) => relay.reach(offset, CATCH_UP_MS),
    oldest: () => log.oldest(),
    replayMax,
  }
  const range = async (after: number, upTo: number) => (await log.read(after, upTo - after)) as AnyEvent[]

  const begin = (namespace: IoNamespace, socket: IoSocket, view: View, join: () => void) =>
    resume(socket, view, join, options).then(
      (result) => onResume(namespace.name, result),
      (error) => {
        onError(error)
        socket.conn.close() // it comes back and tries again
      },
    )

  admin.on('connection', (socket) => {
    bindToSession(socket, { verify, adminOnly: true })
    begin(admin, socket, { read: range }, () => joinRoom(socket, allRoom))
  })

  own.on('connection', (socket) => {
    bindToSession(socket, { verify, adminOnly: false })
    const userId = socket.data.holder?.sub ?? ''
    const read = async (after: number, upTo: number) =>
      (await log.readOwn(userId, after, upTo, upTo - after)) as AnyEvent[]
    begin(own, socket, { read }, () => joinRoom(socket, userRoom(userId)))
  })

  inventory.on('connection', (socket) => {
    const read = async (after: number, upTo: number) =>
      mergeStock((await range(after, upTo)).filter(isInventoryEvent))
    begin(inventory, socket, { read }, () => joinRoom(socket, allRoom))
  })

  relay.subscribe((delivered) => {
    const events = delivered as AnyEvent[]
    onSent('/admin', sendToRoom(admin, allRoom, events))
    if (own.sockets.size > 0)
      for (const [userId, theirs] of byOwner(events)) onSent('/', sendToRoom(own, userRoom(userId), theirs))
    if (inventory.sockets.size > 0)
      onSent('/inventory', sendToRoom(inventory, allRoom, mergeStock(events.filter(isInventoryEvent))))
  })

  // Nobody may take a gap for all there was: each comes back, names its last offset, and is told that it must load anew.
  relay.onSkip(() => {
    for (const { sockets } of [admin, own, inventory])
      for (const socket of sockets.values()) socket.conn.close()
  })

  return { signedInNamespaces: [admin, own], namespaces: [admin, own, inventory] }
}
