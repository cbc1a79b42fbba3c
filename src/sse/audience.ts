import { isKey, type Principal } from '../accounts/access/principal.js'
import type { StreamView } from '../contract/event-stream.js'
import type { AnyEvent } from '../contract/events.js'
import { textOf } from '../stream/event-texts.js'
import { byOwner, inventoryOf } from '../stream/views.js'
import type { EventStream } from './event-stream.js'
import { eventFrame } from './frames.js'

/** Returns what ends the streams of `holder`: its key or its session. */
export const holderKey = (holder: Principal) =>
  isKey(holder) ? `key:${holder.keyId}` : `session:${holder.sid}`

/** Streams by a key. */
class Groups {
  readonly #groups = new Map<string, Set<EventStream>>()

  add(key: string, stream: EventStream): void {
    const group = this.#groups.get(key)
    if (group) group.add(stream)
    else this.#groups.set(key, new Set([stream]))
  }

  delete(key: string, stream: EventStream): void {
    const group = this.#groups.get(key)
    group?.delete(stream)
    if (group?.size === 0) this.#groups.delete(key)
  }

  of(key: string): Iterable<EventStream> {
    return this.#groups.get(key) ?? []
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }
}

export interface Listener {
  view: StreamView
  /** Undefined in the public view. */
  holder: Principal | undefined
}

const customerOf = ({ holder }: Listener) => (holder && !isKey(holder) ? holder.sub : '')

/** The open streams, by what they are sent and by what ends them. */
export class Audience {
  readonly #open = new Map<EventStream, Listener>()
  readonly #held = new Groups()
  readonly #live = { admin: new Set<EventStream>(), inventory: new Set<EventStream>() }
  readonly #mine = new Groups()

  /** Adds a stream until it closes. It is sent nothing before it joins. */
  add(stream: EventStream, listener: Listener): void {
    const key = listener.holder && holderKey(listener.holder)
    this.#open.set(stream, listener)
    if (key !== undefined) this.#held.add(key, stream)
    stream.onClose(() => {
      this.#open.delete(stream)
      if (key !== undefined) this.#held.delete(key, stream)
      if (listener.view === 'mine') this.#mine.delete(customerOf(listener), stream)
      else this.#live[listener.view].delete(stream)
    })
  }

  /** Has `stream`, which is open, be sent all later events of its view. */
  join(stream: EventStream): void {
    const listener = this.#open.get(stream)
    if (!listener) return
    if (listener.view === 'mine') this.#mine.add(customerOf(listener), stream)
    else this.#live[listener.view].add(stream)
  }

  /** Returns the streams of a session or key. */
  heldBy = (key: string): EventStream[] => [...this.#held.of(key)]

  all = (): EventStream[] => [...this.#open.keys()]

  /** Returns the number of open streams of `view`. */
  count(view: StreamView): number {
    let count = 0
    for (const listener of this.#open.values()) if (listener.view === view) count++
    return count
  }

  /**
   * Sends `events` to their followers, each view encoded once.
   * @returns the number of events times the number of streams, by view
   */
  deliver(events: AnyEvent[], epoch: string): Record<StreamView, number> {
    const sent = { admin: 0, mine: 0, inventory: 0 }
    const send = (view: StreamView, streams: Iterable<EventStream>, seen: AnyEvent[]) => {
      const last = seen.at(-1)
      if (!last) return
      const data = Buffer.from(seen.map((event) => eventFrame(epoch, textOf(event))).join(''))
      for (const stream of streams) {
        stream.tell(data, last.offset)
        sent[view] += seen.length
      }
    }
    if (this.#live.admin.size > 0) send('admin', this.#live.admin, events)
    if (this.#live.inventory.size > 0) send('inventory', this.#live.inventory, inventoryOf(events))
    if (!this.#mine.isEmpty)
      for (const [userId, own] of byOwner(events)) {
        const streams = [...this.#mine.of(userId)]
        if (streams.length > 0) send('mine', streams, own)
      }
    return sent
  }
}
