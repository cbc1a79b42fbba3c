import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { within } from '../within.js'
import { type Connection, openConnection } from './connection.js'

/** What processes tell each other: that there is more in the log, or that sessions were ended. */
export type Topic = 'events' | 'sessions'

export interface RedisLinkOptions {
  url: string
  /** What all keys and channels of this shop begin with at this moment, so that shops can share a Redis; it ends in a colon. */
  prefix(): string
  /** Hears each change: `undefined` when Redis can be used, else why it cannot. */
  onChange(failure: Error | undefined): void
}

// What a request waits for Redis at most, once: then the link is down for all, until it is proved again.
const ASK_MS = 250
const CONNECT_MS = 2_000
const START_MS = 500
const PROVE_EVERY_MS = 1_000
const PROVE_MS = 1_000
const RETRY_MS = 1_000
// A link that is up for less than this is worth less and less trying: each time is a line in the log.
const STEADY_MS = 5_000
const RETRY_AT_MOST_MS = 30_000
const SAY_EVERY_MS = 10

/**
 * This process's link to Redis, which may be gone, hang or lie at any time: whoever asks has another way. It is up when
 * a write was read back and a message came round, and proves that every second; the first thing that fails opens the
 * circuit, and it comes back by itself.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #node = randomUUID()
  readonly #listeners: Record<Topic, (() => void)[]> = { events: [], sessions: [] }
  readonly #changeListeners: ((up: boolean) => void)[] = []
  readonly #due = new Set<Topic>()
  #connection: Connection | undefined
  #opening: Connection | undefined
  #reported: 'up' | 'down' | undefined
  #closed = false
  #sleep = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: RedisLinkOptions) {
    this.#options = options
  }

  /** What all keys of this shop begin with. */
  get prefix(): string {
    return this.#options.prefix()
  }

  /** Whether Redis can be used, as far as is known. */
  get up(): boolean {
    return this.#connection !== undefined
  }

  /** Begins; resolves when Redis can be used or the first try has failed, at the latest after half a second. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#running = this.#run(resolve)
      setTimeout(resolve, START_MS).unref()
    })
  }

  /**
   * What `action` gets from Redis, or what `otherwise` gives when Redis cannot be used. An action that fails, or takes
   * longer than a quarter of a second, takes the link down for everybody.
   */
  async ask<T>(action: (client: Redis) => Promise<T>, otherwise: () => T | Promise<T>): Promise<T> {
    const connection = this.#connection
    if (connection) {
      try {
        return await within(ASK_MS, action(connection.client))
      } catch (error) {
        this.#lose(connection, error)
      }
    }
    return otherwise()
  }

  /** Tells the other processes, soon, and at most a hundred times a second; nobody waits for it. */
  tell(topic: Topic): void {
    if (this.#due.has(topic)) return
    this.#due.add(topic)
    setTimeout(() => {
      this.#due.delete(topic)
      const connection = this.#connection
      connection?.say(`${topic} ${this.#node}`).catch((error) => this.#lose(connection, error))
    }, SAY_EVERY_MS)
  }

  /** Has `listener` called when another process tells of `topic`. Messages get lost: what counts is the database. */
  onTold(topic: Topic, listener: () => void): void {
    this.#listeners[topic].push(listener)
  }

  /** Has `listener` called now and at each change with whether Redis can be used. */
  onChange(listener: (up: boolean) => void): void {
    this.#changeListeners.push(listener)
    listener(this.up)
  }

  /** Connects anew, because the prefix is another one: the channels go by it. */
  reconnect(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#sleep.abort()
    this.#opening?.drop()
    connection?.drop()
  }

  /** Ends it: whoever asks afterwards goes the other way. */
  async close(): Promise<void> {
    const connection = this.#connection
    this.#closed = true
    this.#connection = undefined
    this.#sleep.abort()
    this.#opening?.drop()
    if (connection) await within(ASK_MS, connection.close()).catch(() => undefined)
    connection?.drop()
    await this.#running
  }

  async #run(tried: () => void): Promise<void> {
    let retryMs = RETRY_MS
    while (!this.#closed) {
      const lastedMs = await this.#tryOnce(tried)
      tried()
      if (this.#closed) return
      const isFlapping = lastedMs > 0 && lastedMs < STEADY_MS
      if (isFlapping) retryMs = Math.min(2 * retryMs, RETRY_AT_MOST_MS)
      else if (lastedMs > 0) retryMs = RETRY_MS
      await this.#pause(retryMs)
    }
  }

  /** Connects, and watches the connection until it fails. @returns for how many milliseconds it was good. */
  async #tryOnce(connected: () => void): Promise<number> {
    const connection = await openConnection({
      url: this.#options.url,
      prefix: this.prefix,
      node: this.#node,
      onMessage: (message) => this.#hear(message),
      onEnd: (cause) => this.#lose(connection, cause),
    })
    let since: number | undefined
    try {
      this.#opening = connection
      await within(CONNECT_MS, connection.begin())
      this.#opening = undefined
      this.#connection = connection
      since = performance.now()
      this.#report(undefined)
      connected()
      while (this.#connection === connection) {
        await this.#pause(PROVE_EVERY_MS)
        if (this.#connection === connection) await within(PROVE_MS, connection.prove())
      }
    } catch (error) {
      if (since === undefined) this.#report(error)
      else this.#lose(connection, error)
      connection.drop()
    }
    return since === undefined ? 0 : performance.now() - since
  }

  #lose(connection: Connection, error: unknown): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#sleep.abort()
    connection.drop()
    this.#report(error)
  }

  /** Tells of a change, once. */
  #report(failure: unknown): void {
    const now = failure === undefined ? 'up' : 'down'
    if (this.#closed || this.#reported === now) return
    this.#reported = now
    this.#options.onChange(
      failure === undefined || failure instanceof Error ? failure : new Error(String(failure)),
    )
    for (const listener of this.#changeListeners) listener(now === 'up')
  }

  #hear(message: string): void {
    const [topic, node] = message.split(' ')
    if (node === this.#node || (topic !== 'events' && topic !== 'sessions')) return
    for (const listener of this.#listeners[topic]) listener()
  }

  async #pause(ms: number): Promise<void> {
    this.#sleep = new AbortController()
    await pause(ms, undefined, { signal: this.#sleep.signal, ref: false }).catch(() => undefined)
  }
}
