import type { ServerResponse } from 'node:http'
import { frame, idFrame } from './frames.js'

/** Interval of comments. Proxies end a connection that is silent for a minute. */
const COMMENT_EVERY_MS = 15_000
const COMMENT = Buffer.from(':\n\n')
/** Unsent bytes past which a client is cut off; it must exceed the largest event. */
const BACKLOG_MAX = 4 * 1024 * 1024
// Streams that end together, at a restart, come back over this time.
const RETRY_MIN_MS = 1_000
const RETRY_SPREAD_MS = 4_000
/** Events that a filtered stream may pass over before its client is told the position. */
const SKIPPED_MAX = 1_024

export const EVENT_STREAM = 'text/event-stream'

/** Headers of a stream: no cache keeps it, and no proxy collects it. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // nginx
}

/** Headers of a response, by name. */
export type StreamHeaders = Readonly<Record<string, number | string | string[] | undefined>>

/** One client that follows the log by an HTTP response. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #comments: NodeJS.Timeout
  readonly #onSlow: () => void
  /** The offset that the client resumes by. */
  #told = 0
  #ended = false

  /**
   * Sends the headers.
   * @param position the current position of the log, for streams whose events are few
   * @param onSlow called when the client is cut off for reading too slowly
   */
  constructor(
    response: ServerResponse,
    headers: StreamHeaders,
    position: () => { epoch: string; offset: number },
    onSlow: () => void,
  ) {
    this.#response = response
    this.#onSlow = onSlow
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200)
    response.flushHeaders()
    this.#write(`retry: ${Math.round(RETRY_MIN_MS + Math.random() * RETRY_SPREAD_MS)}\n\n`)
    this.#comments = setInterval(() => {
      this.#write(COMMENT)
      const { epoch, offset } = position()
      if (this.#told > 0 && offset - this.#told > SKIPPED_MAX) this.tell(idFrame(epoch, offset), offset)
    }, COMMENT_EVERY_MS).unref()
    response.once('close', () => {
      this.#ended = true
      clearInterval(this.#comments)
    })
    response.on('error', () => {})
  }

  get connected(): boolean {
    return !this.#ended && this.#response.socket?.destroyed === false
  }

  /** Calls `listener` when the client has left or the stream has ended. */
  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  /** Sends `data`, after which the client resumes by the offset `upTo`. */
  tell(data: Buffer | string, upTo: number): void {
    this.#told = upTo
    this.#write(data)
  }

  /** Sends a part of a replay. */
  send(data: Buffer): void {
    this.#write(data)
  }

  /** Resolves when the connection has taken what was written, or the client has left. */
  async drained(): Promise<void> {
    while (this.connected && this.#response.writableNeedDrain)
      await new Promise<void>((resolve) => {
        const go = () => {
          this.#response.off('drain', go).off('close', go)
          resolve()
        }
        this.#response.once('drain', go).once('close', go)
      })
  }

  /** Ends the stream. @param type of a last message that tells the client why */
  end(type?: string, data: object = {}): void {
    if (this.#ended) return
    if (type !== undefined) this.#write(frame(type, JSON.stringify(data)))
    this.#ended = true
    clearInterval(this.#comments)
    this.#response.end()
  }

  #write(data: Buffer | string): void {
    if (this.#ended) return
    if (this.#response.writableLength <= BACKLOG_MAX) {
      this.#response.write(data)
      return
    }
    this.#ended = true
    clearInterval(this.#comments)
    this.#response.destroy()
    this.#onSlow()
  }
}
