import type { Topic } from '../redis/link.js'

/** Topics between the processes of one server: those of Redis, changed webhooks and queued mails, too. */
export type SiblingTopic = Topic | 'webhooks' | 'mails'

/** Wakes other processes, perhaps not each time: the database is authoritative. */
export interface Wakeups {
  /** Publishes `topic`. Never rejects; resolves once the other processes have acted on it, or after a moment. */
  publish(topic: SiblingTopic): Promise<void>
  /** Calls `listener` when another process publishes `topic`; a promise resolves when it has acted. */
  subscribe(topic: SiblingTopic, listener: () => void | Promise<void>): void
  /** Calls `listener` now and on each change with whether messages can be exchanged. */
  onChange(listener: (up: boolean) => void): void
}

/** Listeners of topics. */
export class Subscriptions {
  readonly #listeners = new Map<SiblingTopic, (() => void | Promise<void>)[]>()

  add(topic: SiblingTopic, listener: () => void | Promise<void>): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener])
  }

  /** Calls the listeners of `topic`. */
  async call(topic: SiblingTopic): Promise<void> {
    await Promise.all((this.#listeners.get(topic) ?? []).map((listener) => listener()))
  }
}
