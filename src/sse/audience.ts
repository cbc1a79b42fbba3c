import { isKey, type Principal } from '../accounts/access/principal.js'
import type { StreamView } from '../contract/event-stream.js'
import type { AnyEvent } from '../contract/events.js'
import { textOf } from '../stream/event-texts.js'
import { byOwner, inventoryOf } from '../stream/views.js'
import type { EventStream } from './event-stream.js'
import { eventFrame } from './frames.js'

/** Streams that are sent to in one step: some tenths of a millisecond. */
const STREAMS_PER_STEP = 16

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
   * Sends `events` to the streams that follow them at the start, each view encoded once, some with each step.
   * @param onSent called with the number of events times the number of streams
   */
  *deliver(
    events: AnyEvent[],
    epoch: string,
    onSent: (view: StreamView, count: number) => void,
  ): Generator<void> {
    const views: [StreamView, EventStream[], AnyEvent[]][] = []
    if (this.#live.admin.size > 0) views.push(['admin', [...this.#live.admin], events])
    if (this.#live.inventory.size > 0)
      views.push(['inventory', [...this.#live.inventory], inventoryOf(events)])
    if (!this.#mine.isEmpty)
      for (const [userId, own] of byOwner(events)) views.push(['mine', [...this.#mine.of(userId)], own])
    yield // the streams are known
    for (const [view, streams, seen] of views) {
      const last = seen.at(-1)
      if (!last || streams.length === 0) continue
      const data = Buffer.from(seen.map((event) => eventFrame(epoch, textOf(event))).join(''))
      onSent(view, seen.length * streams.length)
      for (const [i, stream] of streams.entries()) {
        if (i > 0 && i % STREAMS_PER_STEP === 0) yield
        stream.tell(data, last.offset)
      }
    }
  }
}
