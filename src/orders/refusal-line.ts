const EVERY_MS = 10
/** Each time: a thousand a second, which take a small part of what a processor can do. */
const LEAST = 10
/** Of those that wait, so that nobody waits for more than some five seconds. */
const SHARE = 500

/**
 * Where those wait who are refused because too much waits already. A client that is refused at once asks again at once, and
 * thousands of them leave no time for the orders that do wait; one that gets its refusal in its turn asks once a second or
 * less, and the time goes to orders. (Compare "tarpit"; and Google's SRE book, chapter 21, on the cost of rejection.)
 */
export class RefusalLine {
  #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** Resolves when the refusal may be sent. */
  wait(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#timer ??= setInterval(() => this.#release(), EVERY_MS).unref()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Lets all go, and whoever comes later. */
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
