import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { within } from '../within.js'
import { type Connection, openConnection } from './connection.js'
import { isRefusal, RedisRefused } from './refusal.js'
import { parseRedisUrl } from './url.js'

/** Topics published between processes: new events in the log, ended sessions, changed API keys. */
const topics = ['events', 'sessions', 'api-keys'] as const
export type Topic = (typeof topics)[number]

export interface RedisLinkOptions {
  url: string
  /** Returns the current prefix of this shop's keys and channels, ending in a colon, so shops can share a Redis. */
  prefix(): string
  /** How long a request waits for Redis, once: then the circuit is open for all until the link is proved again. */
  timeoutMs?: number
  /** Called on each change: with undefined when the link is up, else with the failure. */
  onChange(failure: Error | undefined): void
}

const DEFAULT_TIMEOUT_MS = 250
const CONNECT_MS = 2_000
const PROVE_INTERVAL_MS = 1_000
const PROVE_MS = 1_000
const RETRY_MS = 1_000
// A link up for less is flapping, so retries back off: each one is a line in the log.
const STEADY_MS = 5_000
const MAX_RETRY_MS = 30_000
const PUBLISH_INTERVAL_MS = 10

/**
 * Link of this process to Redis, which may be unreachable, hang or answer wrongly at any time: callers always have a
 * fallback. A circuit breaker: the link is up once a write was read back and a published message received, re-checked
 * every second; the first failure opens the circuit, and it closes again automatically.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #timeoutMs: number
  readonly #node = randomUUID()
  readonly #listeners: Record<Topic, ((detail: string | undefined) => void)[]> = {
    events: [],
    sessions: [],
    'api-keys': [],
  }
  readonly #changeListeners: ((up: boolean) => void)[] = []
  readonly #pending = new Map<Topic, string>()
  #connection: Connection | undefined
  #opening: Connection | undefined
  #reported: 'up' | 'down' | undefined
  #closed = false
  #sleep = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: RedisLinkOptions) {
    this.#options = options
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  }

  /** Prefix of all keys of this shop. */
  get prefix(): string {
    return this.#options.prefix()
  }

  /** Whether Redis is believed to be usable. */
  get up(): boolean {
    return this.#connection !== undefined
  }

  /** The proved connection, single-use; undefined while the link is down. */
  get connection(): Connection | undefined {
    return this.#connection
  }

  /**
   * Starts the link; resolves when it is up or the first attempt has failed, within two seconds.
   * @throws RedisRefused if Redis rejects the URL's credentials or database: the only failure a retry cannot fix
   */
  async start(): Promise<void> {
    const failure = await new Promise<unknown>((resolve) => {
      this.#running = this.#run(resolve)
    })
    if (isRefusal(failure)) throw new RedisRefused(this.#options.url, failure)
  }

  /**
   * Returns the result of `action`, or of `otherwise` while the link is down. A failed action, or one longer than
   * `timeoutMs`, opens the circuit for all callers.
   */
  async ask<T>(action: (client: Redis) => Promise<T>, otherwise: () => T | Promise<T>): Promise<T> {
    const connection = this.#connection
    if (connection) {
      try {
        return await within(this.#timeoutMs, action(connection.client))
      } catch (error) {
        this.#lose(connection, error)
      }
    }
    return otherwise()
  }

  /**
   * Publishes `topic` to the other processes, fire and forget, throttled to a hundred times a second.
   * @param detail without blanks; of several in that time, the last one
   */
  publish(topic: Topic, detail = ''): void {
    const isPending = this.#pending.has(topic)
    this.#pending.set(topic, detail)
    if (isPending) return
    setTimeout(() => {
      const last = this.#pending.get(topic)
      this.#pending.delete(topic)
      const connection = this.#connection
      connection?.publish(`${topic} ${this.#node} ${last}`).catch((error) => this.#lose(connection, error))
    }, PUBLISH_INTERVAL_MS)
  }

  /** Calls `listener` with the detail when another process publishes `topic`. Messages may be lost: the database is authoritative. */
  subscribe(topic: Topic, listener: (detail: string | undefined) => void): void {
    this.#listeners[topic].push(listener)
  }

  /** Calls `listener` now and on each change with whether the link is up. */
  onChange(listener: (up: boolean) => void): void {
    this.#changeListeners.push(listener)
    listener(this.up)
  }

  /** Reconnects after a change of the prefix, which names the channels. */
  reconnect(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#sleep.abort()
    this.#opening?.drop()
    connection?.drop()
  }

  /** Closes the link; later calls of `ask` use their fallback. */
  async close(): Promise<void> {
    const connection = this.#connection
    this.#closed = true
    this.#connection = undefined
    this.#sleep.abort()
    this.#opening?.drop()
    if (connection) await within(this.#timeoutMs, connection.close()).catch(() => undefined)
    connection?.drop()
    await this.#running
  }

  /** @param tried called after the first attempt, with its failure if any */
  async #run(tried: (failure?: unknown) => void): Promise<void> {
    let retryMs = RETRY_MS
    let onFirstAttempt = (failure?: unknown) => {
      if (isRefusal(failure)) this.#closed = true
      onFirstAttempt = () => {}
      tried(failure)
    }
    while (!this.#closed) {
      const lastedMs = await this.#tryOnce((failure) => onFirstAttempt(failure))
      if (this.#closed) return
      const isFlapping = lastedMs > 0 && lastedMs < STEADY_MS
      if (isFlapping) retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)
      else if (lastedMs > 0) retryMs = RETRY_MS
      await this.#pause(retryMs)
    }
  }

  /**
   * Connects, and checks the connection until it fails.
   * @param tried called when the link is up, or with the failure
   * @returns how long it was up, in milliseconds
   */
  async #tryOnce(tried: (failure?: unknown) => void): Promise<number> {
    let connection: Connection | undefined
    let since: number | undefined
    const prefix = this.prefix
    try {
      const opened = await openConnection({
        address: parseRedisUrl(this.#options.url),
        prefix,
        node: this.#node,
        onMessage: (message) => this.#dispatch(message),
        onEnd: (cause) => this.#lose(opened, cause),
      })
      if (this.#closed || prefix !== this.prefix) return 0
      connection = opened
      this.#opening = opened
      await within(CONNECT_MS, opened.begin())
      this.#opening = undefined
      this.#connection = opened
      since = performance.now()
      this.#report(undefined)
      tried()
      while (this.#connection === opened) {
        await this.#pause(PROVE_INTERVAL_MS)
        if (this.#connection === opened) await within(Math.max(PROVE_MS, this.#timeoutMs), opened.prove())
      }
    } catch (error) {
      if (connection === undefined || since === undefined) {
        tried(error)
        this.#report(error)
      } else this.#lose(connection, error)
      connection?.drop()
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

  /** Reports each change of state once. */
  #report(failure: unknown): void {
    const now = failure === undefined ? 'up' : 'down'
    if (this.#closed || this.#reported === now) return
    this.#reported = now
    this.#options.onChange(
      failure === undefined || failure instanceof Error ? failure : new Error(String(failure)),
    )
    for (const listener of this.#changeListeners) listener(now === 'up')
  }

  #dispatch(message: string): void {
    const [name, node, detail] = message.split(' ')
    const topic = topics.find((each) => each === name)
    if (node === this.#node || !topic) return
    for (const listener of this.#listeners[topic]) listener(detail)
  }

  async #pause(ms: number): Promise<void> {
    this.#sleep = new AbortController()
    await pause(ms, undefined, { signal: this.#sleep.signal, ref: false }).catch(() => undefined)
  }
}
