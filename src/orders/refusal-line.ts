const EVERY_MS = 10
/** Refusals per turn: a thousand per second take a small part of a processor. */
const LEAST = 10
/** Refusals in the queue, bounding their wait to about five seconds. */
const SHARE = 500

/**
 * Delays refusals under overload. A client refused at once retries at once, and thousands of them leave no time for
 * the orders already queued; a client refused in its turn retries about once a second, leaving the time to orders.
 * (Compare "tarpit", and Google's SRE book, chapter 21, on the cost of rejection.)
 */
export class RefusalLine {
  #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** Resolves when the refusal may be sent. */
  wait(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#timer ??= setInterval(() => this.#release(), EVERY_MS)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Releases all waiting refusals, and every later one immediately. */
  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #release(): void {
    const count = Math.max(LEAST, Math.ceil(this.#waiting.length / SHARE))
    for (const resolve of this.#waiting.splice(0, count)) resolve()
    if (this.#waiting.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
