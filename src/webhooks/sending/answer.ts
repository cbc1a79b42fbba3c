import type { IncomingHttpHeaders } from 'node:http'

/** How much of an answer's body is read. */
export const RESPONSE_BYTES = 1024

/** The answer to a request, as far as it was read. */
export class Answer {
  status: number | null = null
  retryAfter: string | undefined
  #bytes = 0
  readonly #chunks: Buffer[] = []

  begin(status: number, headers: IncomingHttpHeaders): void {
    this.status = status
    this.retryAfter = headers['retry-after']
  }

  /** Adds a part of the body. @returns whether enough of it was read */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk.subarray(0, RESPONSE_BYTES - this.#bytes))
    this.#bytes += chunk.length
    return this.#bytes >= RESPONSE_BYTES
  }

  /** Returns the body as text, without a character that was cut in two; null without an answer. */
  text(): string | null {
    if (this.status === null) return null
    return new TextDecoder().decode(Buffer.concat(this.#chunks), { stream: true })
  }
}
