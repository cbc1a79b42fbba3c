/** A mail as it is sent. */
export interface Message {
  /** The id of its row in the outbox: part of its Message-ID, so a mail delivered twice is known by it. */
  id: string
  recipient: string
  subject: string
  text: string
  html: string
}

/** Delivers messages. */
export interface Transport {
  /**
   * Resolves once `message` is accepted for delivery.
   * @returns where it is, for the log, if it is a file
   * @throws DeliveryFailure
   */
  send(message: Message): Promise<string | undefined>
  /** Ends the delivery in flight, which fails. */
  close(): void
}

/** A failed delivery. Its text may name the recipient: log the fields only. */
export class DeliveryFailure extends Error {
  override name = 'DeliveryFailure'
  /** The reply code of the refusing server (RFC 5321, 4.2); undefined if it could not be reached or did not answer. */
  readonly reply: number | undefined
  /** A short code of the cause, such as `ETIMEDOUT`. */
  readonly code: string

  constructor(cause: unknown) {
    super('the mail was not accepted', { cause })
    const { responseCode, code } = cause as { responseCode?: number; code?: string }
    this.reply = responseCode
    this.code = code ?? 'EUNKNOWN'
  }
}
