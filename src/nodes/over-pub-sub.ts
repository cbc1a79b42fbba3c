import type { Transport } from '../workers/channel.js'

/** Ticks without a word after which a peer counts as gone. Ticks, not time: a process that was suspended hears first. */
const MAX_SILENT_TICKS = 4

/** One text without messages: a sign of life. */
const ALIVE = '[]'

export interface PubSubOptions {
  /** Sends the `n`th text to the peer. */
  post(n: number, text: string): void
  /** Called once, when this end closes. */
  onEnd(): void
}

/**
 * One end of a channel over Redis pub/sub, whose messages may get lost. Texts are numbered: after a lost one the channel closes, as a
 * socket would.
 */
export class OverPubSub implements Transport {
  readonly #options: PubSubOptions
  readonly #closeListeners: (() => void)[] = []
  #receive: ((text: string) => void) | undefined
  #sent = 0
  #received = 0
  #silentTicks = 0
  #hasSpoken = false
  #closed = false

  constructor(options: PubSubOptions) {
    this.#options = options
  }

  send(text: string): void {
    if (this.#closed) return
    this.#hasSpoken = true
    this.#options.post(this.#sent++, text)
  }

  onText(receive: (text: string) => void): void {
    this.#receive = receive
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener()
    else this.#closeListeners.push(listener)
  }

  /** Takes the `n`th text of the peer. */
  take(n: number, text: string): void {
    if (n !== this.#received) return this.destroy()
    this.#received++
    this.#silentTicks = 0
    this.#receive?.(text)
  }

  /** Shows the peer that this end is alive, and closes if the peer has been silent for long. Called at equal intervals. */
  tick(): void {
    if (++this.#silentTicks > MAX_SILENT_TICKS) return this.destroy()
    if (!this.#hasSpoken) this.send(ALIVE)
    this.#hasSpoken = false
  }

  destroy(): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.onEnd()
    for (const listener of this.#closeListeners.splice(0)) listener()
  }
}
