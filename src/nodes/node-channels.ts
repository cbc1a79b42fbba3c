import { randomUUID } from 'node:crypto'
import type { Connection } from '../redis/connection.js'
import type { RedisLink } from '../redis/link.js'
import type { Seal } from '../redis/seal.js'
import { within } from '../within.js'
import { Channel, ChannelClosed, type Handler } from '../workers/channel.js'
import { OverPubSub } from './over-pub-sub.js'

export interface NodeChannelsOptions {
  redis: Pick<RedisLink, 'connection'>
  seal: Seal
  /** Served to the other nodes. Channels share it: one may be opened before all methods are there. */
  handlers: Readonly<Record<string, Handler>>
}

interface End {
  transport: OverPubSub
  /** Id of the other end. */
  peer: string
  connection: Connection
}

const TICK_MS = 500
const OPEN_MS = 1_000

/** Kinds of messages. Each begins with its kind, its addressee and its sender, but the first, which has no addressee yet. */
const [OPEN, ACCEPT, TEXT, CLOSE] = ['O', 'A', 'T', 'C'] as const
const ID_LENGTH = randomUUID().length
const [TO, FROM, REST] = [1, 1 + ID_LENGTH, 1 + 2 * ID_LENGTH]

/**
 * Channels to other nodes through Redis. Each connection to Redis has an inbox; a channel ends with the connection of either
 * side. Both ends have a random id, which all sealed messages repeat, so that an old message means nothing in a new channel.
 */
export class NodeChannels {
  readonly #options: NodeChannelsOptions
  readonly #ends = new Map<string, End>()
  readonly #opening = new Map<string, (peer: string) => void>()
  readonly #accepted = new Set<Channel>()
  readonly #timer: NodeJS.Timeout
  #connection: Connection | undefined
  #acceptsNone = false

  constructor(options: NodeChannelsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref()
  }

  /** The channels that other nodes have opened. */
  get accepted(): ReadonlySet<Channel> {
    return this.#accepted
  }

  /** Receives the messages of the present connection. @returns the id of its inbox; undefined while Redis is down */
  listen(): string | undefined {
    const { connection } = this.#options.redis
    if (connection && connection !== this.#connection) connection.onInbox((message) => this.#receive(message))
    this.#connection = connection
    return connection?.inbox
  }

  /**
   * Opens a channel to the node with `inbox`.
   * @throws ChannelClosed or TooSlow if it does not answer
   */
  async open(inbox: string): Promise<Channel> {
    const id = randomUUID()
    const own = this.listen()
    const connection = this.#connection
    if (own === undefined || !connection) throw new ChannelClosed('Redis cannot be used')
    const opened = new Promise<Channel>((resolve) => {
      this.#opening.set(id, (peer) => {
        // Once: messages can be repeated.
        this.#opening.delete(id)
        resolve(this.#begin(connection, inbox, id, peer))
      })
    })
    try {
      const receivers = await connection.post(inbox, this.#options.seal.seal(OPEN + id + own))
      if (receivers === 0) throw new ChannelClosed('the other node has gone')
      return await within(OPEN_MS, opened)
    } finally {
      this.#opening.delete(id)
    }
  }

  /** Lets other nodes open no more channels; those that are open stay. */
  acceptNone(): void {
    this.#acceptsNone = true
  }

  /** Closes all channels. */
  close(): void {
    this.acceptNone()
    clearInterval(this.#timer)
    for (const { transport } of this.#ends.values()) transport.destroy()
  }

  #begin(connection: Connection, inbox: string, id: string, peer: string): Channel {
    const send = (kind: string, rest = '') =>
      connection.post(inbox, this.#options.seal.seal(kind + peer + id + rest))
    const transport = new OverPubSub({
      post(n, text) {
        send(TEXT, `${n} ${text}`).then(
          (receivers) => receivers === 0 && transport.destroy(),
          () => transport.destroy(),
        )
      },
      onEnd: () => {
        this.#ends.delete(id)
        // In vain if the connection has ended.
        send(CLOSE).catch(() => undefined)
      },
    })
    this.#ends.set(id, { transport, peer, connection })
    return new Channel(transport, this.#options.handlers)
  }

  #receive(message: string): void {
    const text = this.#options.seal.open(message)
    const kind = text?.[0]
    if (text === undefined || !this.#connection) return
    if (kind === OPEN) {
      if (!this.#acceptsNone) this.#accept(this.#connection, text.slice(TO, FROM), text.slice(FROM))
      return
    }
    const [to, from] = [text.slice(TO, FROM), text.slice(FROM, REST)]
    if (kind === ACCEPT) return this.#opening.get(to)?.(from)
    const end = this.#ends.get(to)
    if (end?.peer !== from) return
    if (kind === CLOSE) return end.transport.destroy()
    const space = text.indexOf(' ', REST)
    if (kind === TEXT) end.transport.take(Number(text.slice(REST, space)), text.slice(space + 1))
  }

  #accept(connection: Connection, peer: string, inbox: string): void {
    const id = randomUUID()
    // Before the first text: messages of one connection arrive in the order in which they are sent.
    connection.post(inbox, this.#options.seal.seal(ACCEPT + peer + id)).catch(() => undefined)
    const channel = this.#begin(connection, inbox, id, peer)
    this.#accepted.add(channel)
    channel.onClose(() => this.#accepted.delete(channel))
  }

  #tick(): void {
    const { connection } = this.#options.redis
    for (const end of this.#ends.values())
      if (end.connection === connection) end.transport.tick()
      else end.transport.destroy()
  }
}
