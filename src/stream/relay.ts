import type { AnyEvent } from '../contract/events.js'
import type { Broadcast, RelayListener, RelayOptions, SkipListener } from './relay-types.js'
import { stopwatch } from './stopwatch.js'

export type { Broadcast, RelayOptions } from './relay-types.js'

/** Events in the log could not be delivered in time. */
export class RelayStuck extends Error {
  override name = 'RelayStuck'
}

const PAGE = 256 // read and parsed on the calling thread with SQLite: about two milliseconds
// Longest stretch of a broadcast, enough for a thousand sockets. A pause of the same length follows, which leaves half of
// the thread to other work.
const SLICE_MS = 20
// Upper bound of a pause, for a process that was suspended.
const REST_MAX_MS = 1_000
// Beyond this, locally committed events are dropped and read from the log again, bounding memory.
const AT_HAND_MAX = 20_000

/**
 * Tails the log and delivers its events in order. Events committed by this process are passed in directly
 * (`committed`); those of others are read on a wake-up and every `pollMs`. The relay runs in turns of its own, so
 * committers never wait for listeners.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #listeners = new Set<RelayListener>()
  readonly #broadcasts: Broadcast[] = []
  readonly #skipListeners = new Set<SkipListener>()
  #position = 0
  #atHand: AnyEvent[] = []
  #behind = false
  #scheduled = false
  #stopped = false
  #lastTurn = 0
  /** Duration of the longest delivery of the last turn, or of the end of one in slices, in milliseconds. */
  #delivering = 0
  #turn: Promise<void> = Promise.resolve()
  #poll: NodeJS.Timeout | undefined
  #failure: unknown
  /** Incremented when the log is replaced, so pending reads of the old one are dropped. */
  #log = 0

  constructor(options: RelayOptions) {
    this.#options = options
  }

  /** Offset of the last delivered event. */
  get position(): number {
    return this.#position
  }

  /** Why the last attempt to read the log failed; undefined after a success. */
  get failure(): unknown {
    return this.#failure
  }

  /** Starts after the last event of the log. */
  async start(): Promise<void> {
    this.#position = await this.#options.log.head()
    this.pollEvery(this.#options.pollMs)
  }

  /** Polls every `ms` milliseconds for events committed by others. */
  pollEvery(ms: number): void {
    if (this.#stopped) return
    clearInterval(this.#poll)
    this.#poll = setInterval(() => this.wake(), ms).unref()
  }

  /** Stops delivering; resolves once the turn in flight has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#poll)
    this.#stopped = true
    await this.#turn
  }

  /** Subscribes to all events after `position`. @returns the unsubscribe function */
  subscribe(listener: RelayListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Has all events after `position` sent in slices: for work that grows with the number of clients. */
  broadcast(begin: Broadcast): void {
    this.#broadcasts.push(begin)
  }

  /**
   * Registers a listener for events never to be delivered: this process was suspended for longer than the log's
   * retention. It is called before any later event is delivered.
   */
  onSkip(listener: SkipListener): void {
    this.#skipListeners.add(listener)
  }

  /** Takes events just committed by this process. */
  committed(events: AnyEvent[]): void {
    if (this.#atHand.length + events.length > AT_HAND_MAX) {
      this.#atHand = []
      this.#behind = true
    } else {
      for (const event of events) this.#atHand.push(event)
    }
    this.#schedule()
  }

  /** Continues after `head`, the last event of another log, and delivers nothing more of the previous one. */
  startOver(head: number): void {
    this.#log++
    this.#position = head
    this.#atHand = []
    for (const listener of this.#skipListeners) listener(undefined)
    this.wake()
  }

  /** Signals possible new events from other processes. */
  wake(): void {
    this.#behind = true
    this.#schedule()
  }

  /** Signals that the log has an event at `offset`: wakes, unless the events up to there are at hand or delivered already. */
  expect(offset: number): void {
    if (this.#position >= offset) return
    const [first, last] = [this.#atHand[0]?.offset ?? offset, this.#atHand.at(-1)?.offset ?? 0]
    const isDense = first <= this.#position + 1 && last - first + 1 === this.#atHand.length
    // Not a number in the words of an earlier version.
    if (!(last >= offset) || !isDense) this.wake()
  }

  /**
   * Waits until the event at `offset` is delivered: another process may have published it earlier.
   * @returns false if the log has no such offset
   * @throws RelayStuck if it exists, and the relay did not reach it within `patienceMs`
   */
  async reach(offset: number, patienceMs: number): Promise<boolean> {
    if (this.#position >= offset) return true
    if ((await this.#options.log.head()) < offset) return false
    await this.reachKnown(offset, patienceMs)
    return true
  }

  /**
   * Waits until the event at `offset`, which the log has, is delivered.
   * @throws RelayStuck if the relay did not reach it within `patienceMs`
   */
  reachKnown(offset: number, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        unsubscribe()
        clearTimeout(timer)
        if (this.#position >= offset) resolve()
        else reject(new RelayStuck(`the relay is at ${this.#position}, and ${offset} is in the log`))
      }
      const unsubscribe = this.subscribe(() => this.#position >= offset && settle())
      const timer = setTimeout(settle, patienceMs).unref()
      if (this.#position >= offset) settle()
      else this.wake()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    const begin = async () => {
      await this.#options.settled?.()
      if (!this.#stopped) this.#turn = this.#takeTurn()
    }
    const rest = Math.max(this.#options.paceMs, Math.min(this.#delivering, REST_MAX_MS))
    const wait = this.#lastTurn + rest - performance.now()
    if (wait > 1) setTimeout(begin, wait)
    else setImmediate(begin)
  }

  async #takeTurn(): Promise<void> {
    this.#delivering = 0
    try {
      await this.#deliverAtHand()
      if (this.#behind || this.#atHand.length > 0) await this.#catchUp()
      if (this.#failure !== undefined) this.#options.onRecovered?.()
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
      this.#options.onError(error)
    }
    this.#lastTurn = performance.now()
    this.#scheduled = false
    // After a failure, the next poll retries.
    if ((this.#behind || this.#atHand.length > 0) && this.#failure === undefined) this.#schedule()
  }

  /** Delivers buffered events that are next in line; those after a gap stay buffered. */
  async #deliverAtHand(): Promise<void> {
    const events = this.#atHand
    if (events.length === 0) return
    let next = this.#position + 1
    const ready: AnyEvent[] = []
    const rest: AnyEvent[] = []
    for (const event of events) {
      if (event.offset === next) {
        ready.push(event)
        next++
      } else if (event.offset > next) rest.push(event)
    }
    this.#atHand = rest
    await this.#deliver(ready)
  }

  async #catchUp(): Promise<void> {
    this.#behind = false
    const log = this.#log
    for (;;) {
      const events = await this.#options.log.read(this.#position, PAGE)
      if (log !== this.#log) return
      this.#noteSkip(events[0]?.offset)
      await this.#deliver(events)
      await this.#deliverAtHand()
      if (log !== this.#log) return
      if (events.length < PAGE) return
      await new Promise(setImmediate) // lets other work run and delivered data leave
    }
  }

  /** Offsets are dense, so any missing before the oldest retained event were deleted. */
  #noteSkip(oldest: number | undefined): void {
    const next = this.#position + 1
    if (oldest === undefined || oldest === next) return
    for (const listener of this.#skipListeners) listener({ first: next, last: oldest - 1 })
  }

  async #deliver(events: AnyEvent[]): Promise<void> {
    const last = events.at(-1)
    if (!last) return
    this.#position = last.offset
    let slice = stopwatch()
    for (const listener of this.#listeners) listener(events)
    // All begin in this turn: whoever joins later has read these events from the log.
    for (const steps of this.#broadcasts.map((begin) => begin(events)))
      for (const _ of steps) {
        if (this.#stopped || !slice.worked(SLICE_MS)) continue
        const rest = Math.min(slice.passed(), REST_MAX_MS)
        await new Promise((resolve) => setTimeout(resolve, rest))
        await this.#options.settled?.()
        slice = stopwatch()
      }
    this.#delivering = Math.max(this.#delivering, slice.passed())
  }
}
