import type { Duplex } from 'node:stream'
import { TooSlow, within } from '../within.js'
import { Channel, type Handler } from './channel.js'
import { overSocket } from './over-socket.js'
import { type SiblingTopic, Subscriptions, type Wakeups } from './wakeups.js'

/** How long a request waits for the committer, once: then all go on without it for a while. */
const ASK_MS = 500
const REST_MS = 1_000

/** A worker's channel to the committer, which may be restarted. */
export class CommitterLink implements Wakeups {
  readonly role = 'worker'
  readonly #subscriptions = new Subscriptions()
  readonly #changeListeners: ((up: boolean) => void)[] = []
  /** Channels share it: one may be opened before all methods are served. */
  readonly #handlers: Record<string, Handler> = {
    wake: (topic: SiblingTopic) => this.#subscriptions.call(topic),
  }
  #channel: Channel | undefined
  /** The committer did not answer in time and is not asked before then, on the monotonic clock. */
  #restsUntil = 0
  #whenUp: ((channel: Channel) => void)[] = []

  /** The channel to the committer; undefined while it is restarted. */
  get channel(): Channel | undefined {
    return this.#channel
  }

  /** Serves more methods to the committer. */
  serve(handlers: Readonly<Record<string, Handler>>): void {
    Object.assign(this.#handlers, handlers)
  }

  /** Takes the socket to a committer, in place of an earlier one. */
  accept(socket: Duplex): void {
    this.#channel?.destroy()
    const channel = new Channel(overSocket(socket), this.#handlers)
    channel.onClose(() => {
      if (this.#channel === channel) this.#change(undefined)
    })
    this.#change(channel)
  }

  /** Resolves with the channel, or with undefined after `patienceMs`. */
  reach(patienceMs: number): Promise<Channel | undefined> | Channel {
    if (this.#channel) return this.#channel
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), patienceMs).unref()
      this.#whenUp.push((channel) => {
        clearTimeout(timer)
        resolve(channel)
      })
    })
  }

  /**
   * Asks the committer; gives the result of `otherwise` while it cannot be asked, because it is restarted or hangs.
   * @param patienceMs of a request whose answer may take longer
   */
  async ask<T>(
    method: string,
    argument: unknown,
    otherwise: () => T | Promise<T>,
    patienceMs = ASK_MS,
  ): Promise<T> {
    try {
      if (this.#channel && performance.now() >= this.#restsUntil)
        return await within(patienceMs, this.#channel.call<T>(method, argument))
    } catch (error) {
      // Otherwise it has gone meanwhile.
      if (error instanceof TooSlow) this.#restsUntil = performance.now() + REST_MS
    }
    return otherwise()
  }

  publish(topic: SiblingTopic): Promise<void> {
    return this.ask('publish', topic, () => undefined)
  }

  subscribe(topic: SiblingTopic, listener: () => void | Promise<void>): void {
    this.#subscriptions.add(topic, listener)
  }

  onChange(listener: (up: boolean) => void): void {
    this.#changeListeners.push(listener)
    listener(this.#channel !== undefined)
  }

  #change(channel: Channel | undefined): void {
    this.#channel = channel
    this.#restsUntil = 0
    if (channel) for (const resolve of this.#whenUp.splice(0)) resolve(channel)
    for (const listener of this.#changeListeners) listener(channel !== undefined)
  }
}
