import type { Duplex } from 'node:stream'
import { within } from '../within.js'
import { Channel, type Handler } from './channel.js'
import { overSocket } from './over-socket.js'
import { type SiblingTopic, Subscriptions, type Wakeups } from './wakeups.js'

/** For a worker that is busy or hangs: it polls the database itself. */
const WAKE_MS = 250

/** The committer's channels to the workers. */
export class CommitterHub implements Wakeups {
  readonly role = 'committer'
  readonly #channels = new Set<Channel>()
  readonly #subscriptions = new Subscriptions()
  /** Channels share it: one may be opened before all methods are served. */
  readonly #handlers: Record<string, Handler> = {
    publish: (topic: SiblingTopic, from) => this.#spread(topic, from),
  }

  /** Serves more methods to the workers. */
  serve(handlers: Readonly<Record<string, Handler>>): void {
    Object.assign(this.#handlers, handlers)
  }

  /** Takes the socket to a worker. */
  accept(socket: Duplex): void {
    const channel = new Channel(overSocket(socket), this.#handlers)
    this.#channels.add(channel)
    channel.onClose(() => this.#channels.delete(channel))
  }

  /** Tells all workers, or all but one. */
  tellAll(method: string, argument: unknown, except?: Channel): void {
    if (this.#channels.size === 0) return
    const json = JSON.stringify(argument)
    for (const channel of this.#channels) if (channel !== except) channel.notifyText(method, json)
  }

  /** The channels to all workers but one. */
  others(except: Channel): Channel[] {
    return [...this.#channels].filter((channel) => channel !== except)
  }

  publish(topic: SiblingTopic): Promise<void> {
    return this.#wake([...this.#channels], topic)
  }

  subscribe(topic: SiblingTopic, listener: () => void | Promise<void>): void {
    this.#subscriptions.add(topic, listener)
  }

  onChange(listener: (up: boolean) => void): void {
    listener(true)
  }

  async #wake(channels: Channel[], topic: SiblingTopic): Promise<void> {
    await Promise.all(
      channels.map((channel) => within(WAKE_MS, channel.call('wake', topic)).catch(() => undefined)),
    )
  }

  async #spread(topic: SiblingTopic, from: Channel): Promise<void> {
    await Promise.all([this.#wake(this.others(from), topic), this.#subscriptions.call(topic)])
  }
}
