import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionConfig } from 'mariadb'
import { singleFlight } from '../../../single-flight.js'
import { urlOfEachHost } from '../../../url-parts.js'
import { connectionSettings } from '../connection.js'
import { isMisdirected } from '../retryable-errors.js'
import { choose } from './choose.js'
import { Host } from './host.js'

/** How often the servers are asked, so a hanging or read-only server is left within this and LOOK_MS. */
const WATCH_MS = 1_000
const LOOK_MS = 2_000
/** With one host, connections are replaced at most this often while it takes no writes. */
const RENEW_MS = 1_000

/** A change of the primary: the host now in use, or the reasons why none takes writes. */
export interface PrimaryChange {
  host: string | undefined
  reasons: string[]
}

/** Called when connections to the former server are to be replaced, at once if they may hang. */
type MoveListener = (atOnce: boolean) => void

/**
 * The writable server among the hosts of a URL. With several hosts, all are asked every second, and on any error
 * pointing to a change. With one host, its name may lead to another server after a failover: connections to a read-only
 * server are replaced.
 */
export class Primary {
  readonly #hosts: Host[]
  readonly #onChange: ((change: PrimaryChange) => void) | undefined
  readonly #listeners: MoveListener[] = []
  readonly #lookListeners: (() => void)[] = []
  #current: Host
  #replicas: readonly Host[] = []
  #none: string | undefined
  #isFollowing = false
  #renewedAt = Number.NEGATIVE_INFINITY
  #closing = new AbortController()
  #errors: unknown[] = []
  /** Asks all hosts, and moves to the writable one. */
  readonly look = singleFlight(() => this.#lookOnce())

  /**
   * @param url a valid URL
   * @throws DatabaseUnusable for an invalid URL
   */
  constructor(url: string, onChange?: (change: PrimaryChange) => void) {
    this.#hosts = urlOfEachHost(url).map((each) => new Host(connectionSettings(each)))
    this.#current = this.#hosts[0] as Host
    this.#onChange = onChange
  }

  /** The driver settings for the server in use. */
  get settings(): ConnectionConfig {
    return this.#current.settings
  }

  /** The reason against writing to any server, such as two writable ones; undefined while the one in use is sound. */
  get none(): string | undefined {
    return this.#none
  }

  /** The read-only servers that answered at the last look; none while no server takes writes. */
  get replicas(): readonly Host[] {
    return this.#replicas
  }

  /** Why servers could not be asked at the last look. */
  get errors(): readonly unknown[] {
    return this.#errors
  }

  /** Calls `listener` whenever connections are to be replaced by connections to `settings`. */
  onMove(listener: MoveListener): void {
    this.#listeners.push(listener)
  }

  /** Calls `listener` after each look. */
  onLook(listener: () => void): void {
    this.#lookListeners.push(listener)
  }

  /** Finds the primary, and follows it from now on. */
  async follow(): Promise<void> {
    if (this.#hosts.length === 1) return
    await this.look()
    this.#isFollowing = true
    void this.#watch()
  }

  /** Notes an error of a connection: if it points to a wrong server, the right one is sought at once. */
  suspect(error: unknown): void {
    if (this.#closing.signal.aborted) return
    if (this.#hosts.length > 1) void this.look()
    else if (isMisdirected(error)) this.#renew()
  }

  close(): void {
    this.#closing.abort()
    for (const host of this.#hosts) host.close()
  }

  #renew(): void {
    const now = performance.now()
    if (now - this.#renewedAt < RENEW_MS) return
    this.#renewedAt = now
    for (const listener of this.#listeners) listener(false)
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await sleep(WATCH_MS, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.look()
    }
  }

  async #lookOnce(): Promise<void> {
    const seen = await Promise.all(this.#hosts.map(async (host) => [host, await host.look(LOOK_MS)] as const))
    if (this.#closing.signal.aborted) return
    this.#errors = seen.flatMap(([, { error }]) => (error === undefined ? [] : [error]))
    const { host, reasons } = choose(seen, this.#current)
    const none = host ? undefined : reasons.join('; ')
    const isMoved = host !== undefined && host !== this.#current
    const isNews = this.#isFollowing ? isMoved || !none !== !this.#none : none !== undefined
    this.#none = none
    this.#replicas = seen.flatMap(([each, { isReadOnly }]) => (host && isReadOnly ? [each] : []))
    if (isMoved) {
      this.#current = host
      for (const listener of this.#listeners) listener(true)
    }
    for (const listener of this.#lookListeners) listener()
    if (isNews) this.#onChange?.({ host: host?.name, reasons })
  }
}
