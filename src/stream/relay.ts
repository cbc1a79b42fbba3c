import type { StockroomEvent } from './events.js'

/** The part of the log that the relay reads. */
interface ReadableLog {
  head(): Promise<number>
  read(after: number, limit: number): Promise<StockroomEvent[]>
}

export interface RelayOptions {
  log: ReadableLog
  /** How often to look for what others committed, in milliseconds. */
  pollMs: number
  /**
   * The least time between two deliveries, in milliseconds: a burst becomes few large ones. After a delivery that took longer
   * than this, to thousands of sockets, the relay rests for as long as it took.
   */
  paceMs: number
  /** Hears of a log that could not be read; the relay goes on trying. */
  onError(error: unknown): void
  /** Hears that the log can be read again. */
  onRecovered?(): void
}

/** Gets events in the order of their offsets, none missing and none twice. It must not throw. */
export type RelayListener = (events: StockroomEvent[]) => void

/**
 * Hears that events will never be handed on: those of `gap`, which were deleted before this relay had read them, or, where
 * there is none, all of a log that was replaced by another. It must not throw.
 */
export type SkipListener = (gap: { first: number; last: number } | undefined) => void

/** What is in the log could not be handed on in time. */
export class RelayStuck extends Error {
  override name = 'RelayStuck'
}

// A page is read and parsed on the calling thread where the database is SQLite: some two milliseconds.
const PAGE = 256
// A delivery that took longer than this, in a process that stood still, puts off the next one no further.
const REST_MAX_MS = 1_000
// Past this, what was committed here is let go and read from the log again, so that memory stays bounded.
const AT_HAND_MAX = 20_000

/**
 * Tails the log and hands its events on in order. What this process commits is given to it at once (`committed`);
 * what others commit it reads, when it is woken and every `pollMs`. It works in turns of its own, so whoever
 * commits never waits for those who listen.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #listeners = new Set<RelayListener>()
  readonly #skipListeners = new Set<SkipListener>()
  #position = 0
  #atHand: StockroomEvent[] = []
  #behind = false
  #scheduled = false
  #stopped = false
  #lastTurn = 0
  /** How long the longest delivery of the last turn took, in milliseconds. */
  #delivering = 0
  #turn: Promise<void> = Promise.resolve()
  #poll: NodeJS.Timeout | undefined
  #failure: unknown
  /** Grows when the log is another one, so that what was being read of the old one is dropped. */
  #log = 0

  constructor(options: RelayOptions) {
    this.#options = options
  }

  /** The offset of the last event that was handed on. */
  get position(): number {
    return this.#position
  }

  /** Why the log could not be read at the last try; undefined when it could. */
  get failure(): unknown {
    return this.#failure
  }

  /** Begins behind the last event of the log. */
  async start(): Promise<void> {
    this.#position = await this.#options.log.head()
    this.pollEvery(this.#options.pollMs)
  }

  /** From now on looks every `ms` milliseconds for what others committed. */
  pollEvery(ms: number): void {
    if (this.#stopped) return
    clearInterval(this.#poll)
    this.#poll = setInterval(() => this.wake(), ms).unref()
  }

  /** Hands on nothing more; resolves when the turn under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#poll)
    this.#stopped = true
    await this.#turn
  }

  /** Adds a listener for all that comes after `position`. @returns how to remove it. */
  subscribe(listener: RelayListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Adds a listener for events that will never be handed on: this process stood still for longer than the log keeps
   * them. It is told before what follows is handed on.
   */
  onSkip(listener: SkipListener): void {
    this.#skipListeners.add(listener)
  }

  /** Takes events that this process has just committed. */
  committed(events: StockroomEvent[]): void {
    if (this.#atHand.length + events.length > AT_HAND_MAX) {
      this.#atHand = []
      this.#behind = true
    } else {
      for (const event of events) this.#atHand.push(event)
    }
    this.#schedule()
  }

  /** Goes on behind `head`, the last event of another log, and hands on nothing more of the one before. */
  startOver(head: number): void {
    this.#log++
    this.#position = head
    this.#atHand = []
    for (const listener of this.#skipListeners) listener(undefined)
    this.wake()
  }

  /** Says that there may be more in the log than this process committed. */
  wake(): void {
    this.#behind = true
    this.#schedule()
  }

  /**
   * Waits until the event at `offset` was handed on: another process may have told of it before this one has.
   * @returns false when the log has no such offset.
   * @throws RelayStuck when it has, and the relay did not get there within `patienceMs`.
   */
  async reach(offset: number, patienceMs: number): Promise<boolean> {
    if (this.#position >= offset) return true
    if ((await this.#options.log.head()) < offset) return false
    await this.reachKnown(offset, patienceMs)
    return true
  }

  /**
   * Waits until the event at `offset`, which the log has, was handed on.
   * @throws RelayStuck when the relay did not get there within `patienceMs`.
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
    const begin = () => {
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
      this.#deliverAtHand()
      if (this.#behind || this.#atHand.length > 0) await this.#catchUp()
      if (this.#failure !== undefined) this.#options.onRecovered?.()
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
      this.#options.onError(error)
    }
    this.#lastTurn = performance.now()
    this.#scheduled = false
    // After a failure the next poll tries again.
    if ((this.#behind || this.#atHand.length > 0) && this.#failure === undefined) this.#schedule()
  }

  /** Hands on what is at hand and next in line; what has a gap before it stays. */
  #deliverAtHand(): void {
    const events = this.#atHand
    if (events.length === 0) return
    let next = this.#position + 1
    const ready: StockroomEvent[] = []
    const rest: StockroomEvent[] = []
    for (const event of events) {
      if (event.offset === next) {
        ready.push(event)
        next++
      } else if (event.offset > next) rest.push(event)
    }
    this.#atHand = rest
    this.#deliver(ready)
  }

  async #catchUp(): Promise<void> {
    this.#behind = false
    const log = this.#log
    for (;;) {
      const events = await this.#options.log.read(this.#position, PAGE)
      if (log !== this.#log) return
      this.#noteSkip(events[0]?.offset)
      this.#deliver(events)
      this.#deliverAtHand()
      if (events.length < PAGE) return
      await new Promise(setImmediate) // others have their chance, and what was handed on leaves
    }
  }

  /** Offsets are dense, so what is missing before the oldest event that the log still has, was deleted. */
  #noteSkip(oldest: number | undefined): void {
    const next = this.#position + 1
    if (oldest === undefined || oldest === next) return
    for (const listener of this.#skipListeners) listener({ first: next, last: oldest - 1 })
  }

  #deliver(events: StockroomEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    this.#position = last.offset
    const begun = performance.now()
    for (const listener of this.#listeners) listener(events)
    this.#delivering = Math.max(this.#delivering, performance.now() - begun)
  }
}
