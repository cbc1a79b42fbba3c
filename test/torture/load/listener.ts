import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStream, openStream, type Position, StreamRefused } from '../../../src/client/index.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'

/** An event as a listener received it, with its data as JSON text. */
export interface ReceivedEvent {
  offset: number
  type: string
  data: string
}

export interface ListenerOptions {
  name: string
  namespace: '/admin' | '/' | '/inventory'
  /** Authenticates the listener; not used on /inventory. */
  account?: Account
  /** Whether it repeatedly disconnects and resumes at a random process. */
  reconnects: boolean
  urls: readonly string[]
  /** The initial position. */
  from: Position
  random: Random
  /** Called if the stream ends for any reason except `close`. */
  onFailure(error: unknown): void
}

const REOPEN_MS = 50

/** Listens with the client from src/client, resuming whenever the connection or the access token ends. */
export class Listener {
  readonly name: string
  readonly namespace: ListenerOptions['namespace']
  readonly account: Account | undefined
  readonly received: ReceivedEvent[] = []
  /** How often the server asked it to reload its state. No fault justifies a reset. */
  resets = 0
  readonly #options: ListenerOptions
  #url: string
  #position: Position
  #stream: EventStream | undefined
  #reading: Promise<void> = Promise.resolve()
  #open = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.name = options.name
    this.namespace = options.namespace
    this.account = options.account
    this.#position = options.from
    this.#url = options.random.pick(options.urls)
  }

  /** The offset up to which it has received all its events. */
  get offset(): number {
    return (this.#stream?.position ?? this.#position).offset
  }

  open(): void {
    if (this.#open) return
    this.#open = true
    this.#reading = this.#read().catch((error) => {
      if (this.#open) this.#options.onFailure(error)
    })
  }

  async close(): Promise<void> {
    this.#open = false
    this.#stream?.close()
    await this.#reading
  }

  /** Disconnects and reconnects, if `reconnects`. */
  async act(): Promise<void> {
    const { reconnects, random, urls } = this.#options
    if (!reconnects) return
    await sleep(random.between(50, 800))
    await this.close()
    await sleep(random.between(0, 400))
    this.#url = random.pick(urls)
    this.open()
  }

  async #read(): Promise<void> {
    const { namespace, account } = this.#options
    while (this.#open) {
      const stream = openStream(this.#url, {
        namespace,
        token: () => account?.accessToken,
        from: this.#position,
        onReset: () => this.resets++,
      })
      this.#stream = stream
      try {
        for await (const { offset, type, data } of stream)
          this.received.push({ offset, type, data: JSON.stringify(data) })
      } catch (error) {
        if (!(error instanceof StreamRefused) || error.code !== 'unauthorized') throw error
        await account?.renew()
        await sleep(REOPEN_MS)
      } finally {
        this.#position = stream.position ?? this.#position
      }
    }
  }
}
