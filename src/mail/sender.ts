import type { Mail } from '#prisma'
import { within } from '../within.js'
import { DeliveryFailure, type Message, type Transport } from './message.js'
import type { Outbox } from './outbox.js'

export interface SenderOptions {
  outbox: Outbox
  transport: Transport
  /** Turns requests for mails into mails, before they are sent. */
  resolve(): Promise<void>
  /** Composes a mail for one attempt; undefined if there is nothing to tell any more. */
  compose(mail: Mail): Promise<Message | undefined>
  /** Deletes mails that are no longer needed. */
  prune(): Promise<void>
  /** @param file where the mail is, if it was not sent but written */
  onSent(mail: Mail, file: string | undefined): void
  /** @param isLast whether the mail is given up */
  onFailed(mail: Mail, failure: DeliveryFailure, isLast: boolean): void
  /** Called if the database fails; the sender continues. */
  onError(error: unknown): void
  /** How often to look for due mails, and for mails of other processes, in milliseconds. */
  pollMs?: number
}

const POLL_MS = 5_000
const PRUNE_EVERY_MS = 10 * 60 * 1000
/** How long `close` lets the attempt in flight continue. */
const CLOSE_MS = 3_000

/** Sends the mails of the outbox, one after another. It may run in any number of processes. */
export class MailSender {
  readonly #options: SenderOptions
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  #again = false
  #closed = false
  #prunedAt = performance.now()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Looks for mails now, and then from time to time. */
  wake(): void {
    if (this.#closed) return
    this.#again = true
    clearTimeout(this.#timer)
    this.#round ??= this.#run()
  }

  /** Stops sending. The attempt in flight has a few seconds left; then it is aborted, and made again later. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (!this.#round) return
    await within(CLOSE_MS, this.#round).catch(() => {})
    this.#options.transport.close()
    await this.#round
  }

  async #run(): Promise<void> {
    const { onError, pollMs = POLL_MS } = this.#options
    while (this.#again && !this.#closed) {
      this.#again = false
      try {
        await this.#sendAll()
      } catch (error) {
        onError(error)
      }
    }
    this.#round = undefined
    if (!this.#closed) this.#timer = setTimeout(() => this.wake(), pollMs)
  }

  async #sendAll(): Promise<void> {
    const { outbox, resolve, prune } = this.#options
    while (!this.#closed) {
      await resolve()
      const mail = await outbox.claim()
      if (!mail) break
      // An unreachable server is left alone until the next look.
      if (!(await this.#send(mail))) break
    }
    if (this.#closed || performance.now() - this.#prunedAt < PRUNE_EVERY_MS) return
    this.#prunedAt = performance.now()
    await prune()
  }

  /** Makes one attempt. @returns whether the server answered */
  async #send(mail: Mail): Promise<boolean> {
    const { outbox, transport, compose, onSent, onFailed } = this.#options
    const message = await compose(mail)
    if (!message) {
      await outbox.drop(mail.id)
      return true
    }
    let file: string | undefined
    try {
      file = await transport.send(message)
    } catch (error) {
      const failure = error instanceof DeliveryFailure ? error : new DeliveryFailure(error)
      onFailed(mail, failure, !(await outbox.failed(mail)))
      return failure.reply !== undefined
    }
    await outbox.sent(mail.id)
    onSent(mail, file)
    return true
  }
}
