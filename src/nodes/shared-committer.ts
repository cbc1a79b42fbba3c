import type { RedisLink } from '../redis/link.js'
import type { Seal } from '../redis/seal.js'
import type { Channel, Handler } from '../workers/channel.js'
import { type Elected, Election } from './election.js'
import { NodeChannels } from './node-channels.js'

export interface SharedCommitterOptions {
  redis: RedisLink
  seal: Seal
  /** A hash of what nodes must agree on. */
  terms: string
  /** Whether this node may commit the orders of others now. */
  isFit(): boolean
}

/** What was sent to a node that is not elected any more is answered within this time, or placed here. */
const RETIRE_MS = 30_000

/** The node that commits the orders of all: this one, or another that is reached over a channel. */
export class SharedCommitter {
  readonly #handlers: Record<string, Handler> = {
    // It is about to end: the orders that it has are answered.
    resigned: (_argument: null, channel: Channel) => {
      if (channel !== this.#channel) return
      this.#forget()
      this.#election.look()
    },
  }
  readonly #channels: NodeChannels
  readonly #election: Election
  #channel: Channel | undefined
  /** The inbox that `#channel` leads to, or will. */
  #inbox: string | undefined

  constructor({ redis, seal, terms, isFit }: SharedCommitterOptions) {
    this.#channels = new NodeChannels({ redis, seal, handlers: this.#handlers })
    this.#election = new Election({
      redis,
      inbox: () => this.#channels.listen(),
      terms,
      isFit,
      onLook: (elected) => this.#follow(elected),
    })
  }

  /** The channel to the elected node; undefined if that is this one, or unknown. */
  get channel(): Channel | undefined {
    return this.#channel
  }

  /** Whether this node is elected. */
  get isElected(): boolean {
    return this.#election.isElected
  }

  /** Serves more methods to the other nodes. */
  serve(handlers: Readonly<Record<string, Handler>>): void {
    Object.assign(this.#handlers, handlers)
  }

  /** Tells all nodes that have opened a channel to this one. */
  tellAll(method: string, argument: unknown): void {
    const { accepted } = this.#channels
    if (accepted.size === 0) return
    const json = JSON.stringify(argument)
    for (const channel of accepted) channel.notifyText(method, json)
  }

  /** Takes part in the election from now on. */
  start(): Promise<void> {
    return this.#election.start()
  }

  /** Sends and accepts nothing new; what is in flight is answered. */
  async resign(): Promise<void> {
    this.#forget()
    await this.#election.resign()
    this.#channels.acceptNone()
    this.tellAll('resigned', null)
  }

  /** Ends all channels, once what was in flight has been answered. */
  async close(): Promise<void> {
    // The last answers leave in a turn of their own.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    this.#channels.close()
  }

  #forget(): void {
    const channel = this.#channel
    if (channel) setTimeout(() => channel.destroy(), RETIRE_MS).unref()
    this.#channel = undefined
    this.#inbox = undefined
  }

  #follow(elected: Elected): void {
    const inbox = typeof elected === 'object' ? elected.inbox : undefined
    if (inbox === this.#inbox) return
    this.#forget()
    this.#inbox = inbox
    if (inbox !== undefined) void this.#connect(inbox)
  }

  async #connect(inbox: string): Promise<void> {
    try {
      const channel = await this.#channels.open(inbox)
      if (this.#inbox !== inbox) return channel.destroy()
      this.#channel = channel
      channel.onClose(() => {
        if (this.#channel === channel) this.#forget()
      })
    } catch {
      // The next look tries again.
      if (this.#inbox === inbox) this.#forget()
    }
  }
}
