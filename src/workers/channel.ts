import { decodeFailure, encodeFailure } from './failures.js'

/** The peer has gone; whether it did what it was asked to is unknown. */
export class ChannelClosed extends Error {
  override name = 'ChannelClosed'
}

/** Serves a method for the peer: returns the answer, or a promise of it. */
export type Handler = (argument: never, channel: Channel) => unknown

/** A request, its answer, its failure, or a notification. */
const [CALL, ANSWER, FAILURE, NOTE] = [0, 1, 2, 3]
type Message = [kind: number, id: number, ...rest: unknown[]]

/** Carries texts to a peer and back, in order, until one of them has gone. */
export interface Transport {
  send(text: string): void
  /** Sets the receiver of the peer's texts. */
  onText(receive: (text: string) => void): void
  /** Calls `listener` once the peer has gone, at once if it has. */
  onClose(listener: () => void): void
  destroy(): void
}

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/**
 * Requests and notifications between two processes, as JSON, in both directions. Whatever is sent in one turn of the event
 * loop travels in one text, so that the cost of a message falls with the load.
 */
export class Channel {
  readonly #transport: Transport
  readonly #handlers: Readonly<Record<string, Handler>>
  /** By the id of the request. An array with reused places: a Map that changes this often outlives its contents in V8's old generation. */
  readonly #waiting: (Waiting | undefined)[] = []
  readonly #freeIds: number[] = []
  #outgoing: string[] = []
  #closed = false

  constructor(transport: Transport, handlers: Readonly<Record<string, Handler>>) {
    this.#transport = transport
    this.#handlers = handlers
    transport.onText((text) => {
      for (const message of JSON.parse(text) as Message[]) this.#receive(message)
    })
    transport.onClose(() => this.#close())
  }

  /** Called once the peer has gone. */
  onClose(listener: () => void): void {
    this.#transport.onClose(listener)
  }

  /**
   * Asks the peer to run `method`.
   * @returns its answer
   * @throws its failure; ChannelClosed if it goes before it answers
   */
  call<T>(method: string, argument: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new ChannelClosed('the other process has gone'))
      const id = this.#freeIds.pop() ?? this.#waiting.length
      this.#waiting[id] = { resolve: resolve as Waiting['resolve'], reject }
      this.#send(JSON.stringify([CALL, id, method, argument]))
    })
  }

  /** Tells the peer something that has no answer. */
  notify(method: string, argument: unknown): void {
    this.notifyText(method, JSON.stringify(argument))
  }

  /** As `notify`, with an argument that is JSON already: serialized once for several peers. */
  notifyText(method: string, json: string): void {
    this.#send(`[${NOTE},0,${JSON.stringify(method)},${json}]`)
  }

  /** Ends the channel. */
  destroy(): void {
    this.#transport.destroy()
  }

  #send(message: string): void {
    if (this.#closed) return
    if (this.#outgoing.push(message) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#outgoing
    this.#outgoing = []
    if (!this.#closed) this.#transport.send(`[${messages.join(',')}]`)
  }

  #receive([kind, id, ...rest]: Message): void {
    if (kind === CALL) return void this.#serve(id, rest[0] as string, rest[1])
    if (kind === NOTE) return void this.#handlers[rest[0] as string]?.(rest[1] as never, this)
    const waiting = this.#waiting[id]
    this.#waiting[id] = undefined
    this.#freeIds.push(id)
    if (kind === ANSWER) waiting?.resolve(rest[0])
    else if (kind === FAILURE) waiting?.reject(decodeFailure(rest[0]))
  }

  async #serve(id: number, method: string, argument: unknown): Promise<void> {
    try {
      const handler = this.#handlers[method]
      if (!handler) throw new Error(`there is no method ${method}`)
      const answer = await handler(argument as never, this)
      this.#send(JSON.stringify([ANSWER, id, answer]))
    } catch (error) {
      this.#send(JSON.stringify([FAILURE, id, encodeFailure(error)]))
    }
  }

  #close(): void {
    this.#closed = true
    this.#outgoing = []
    for (const waiting of this.#waiting.splice(0))
      waiting?.reject(new ChannelClosed('the other process has gone'))
  }
}
