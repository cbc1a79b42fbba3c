import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectionLimits, RECEIVE_RATE, SEND_RATE } from './limits.js'

/**
 * Unanswered requests of one connection at which reading stops, until half of them are answered. Node itself stops reading
 * when responses pile up, not when requests do: a client pipelining without end would exhaust memory.
 */
const MAX_UNANSWERED = 64

/** The deadline a client missed. */
export type Overdue = 'request' | 'send'

/** State and deadlines of one TCP connection. */
export class Connection {
  readonly socket: Socket
  /** Key of the per-address limit: the client's IPv4 address or IPv6 /64. Undefined if exempt. */
  readonly key: string | undefined
  /** The latest request; pipelined predecessors may still await their responses, which are sent in order. */
  request: IncomingMessage | undefined
  response: ServerResponse | undefined
  /** Whether it has carried a request. */
  used = false
  /** Whether it was upgraded to a WebSocket. */
  upgraded = false
  /** Whether it was refused: it closes after the responses already due. */
  refused = false
  /** Time spent waiting for the client in the current request or response, in ms. */
  #waitedMs = 0
  #quietMs = 0
  #moved = 0
  #sent = 0
  #received = 0
  #awaited: IncomingMessage | undefined
  /**
   * Responses due. An array, because the tables of a Set or Map that changes with every request outlive their requests: a table
   * that was outgrown refers to its successor, so one that was promoted to the old generation keeps all later ones alive, with
   * their requests, until the next full garbage collection. Minor collections took a tenth of the processor time.
   */
  readonly #unanswered: ServerResponse[] = []
  /** Requests that wait for a later turn of the event loop: see `Turns`. */
  readonly deferred: (() => void)[] = []
  #held = false

  readonly #lingerMs: number

  /** @param lingerMs time to discard the rest of a request that was answered before it was received */
  constructor(socket: Socket, key: string | undefined, lingerMs: number) {
    this.socket = socket
    this.key = key
    this.#lingerMs = lingerMs
    // Node resumes the socket whenever a request ends.
    socket.on('resume', () => {
      if (this.#held) socket.pause()
    })
    const destroySoon = socket.destroySoon.bind(socket)
    // Node calls it after the last response.
    socket.destroySoon = () => {
      // Closing with unread bytes resets the connection, and a client that is still sending never sees the response (RFC
      // 9112, 9.6): end this direction, and let `#discard` close the other.
      if (this.request?.complete === false && this.#unanswered.length === 1) socket.end()
      else destroySoon()
    }
  }

  /** Records a request whose first bytes have arrived. Stops reading while too many are unanswered (back-pressure). */
  expect(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = this
    this.used = true
    this.request = request
    this.response = response
    this.#unanswered.push(response)
    if (this.#unanswered.length >= MAX_UNANSWERED && !this.#held) {
      this.#held = true
      socket.pause()
    }
    response.once('close', () => {
      this.#unanswered.splice(this.#unanswered.indexOf(response), 1)
      // Immediately: each garbage collection would copy what an idle connection still refers to.
      if (this.response === response) this.#release()
      if (!request.complete && !socket.destroyed) this.#discard(request)
      if (this.#unanswered.length > MAX_UNANSWERED / 2 || !this.#held) return
      this.#held = false
      socket.resume()
    })
  }

  /** Whether the client can no longer be answered. */
  get gone(): boolean {
    return !this.socket.writable
  }

  /** Whether a request, complete or partial, has no response yet, or one not fully flushed. */
  get answering(): boolean {
    return (this.response !== undefined && !this.response.writableFinished) || this.socket.writableLength > 0
  }

  /** Whether a request is only partially received. */
  get receiving(): boolean {
    return this.request !== undefined && !this.request.complete && this.answering
  }

  /** Whether the client waits for the server: for any of its responses, since pipelined ones are sent in order. */
  get working(): boolean {
    if (this.gone || this.socket.writableLength > 0) return false
    for (const { req, writableEnded } of this.#unanswered)
      if (!writableEnded && (req.complete || req.readableLength > 0)) return true
    return false
  }

  /** Returns the time without a byte in either direction, in ms. @param elapsedMs time since the last call */
  quiet(elapsedMs: number): number {
    const { bytesRead, bytesWritten, writableLength } = this.socket
    const moved = bytesRead + bytesWritten - writableLength
    this.#quietMs = moved === this.#moved ? this.#quietMs + elapsedMs : 0
    this.#moved = moved
    return this.#quietMs
  }

  /**
   * Adds `elapsedMs` to the client's delay if a request or a response waits for it.
   * @returns the deadline it has missed, if any
   */
  wait(elapsedMs: number, { requestMs, sendMs }: ConnectionLimits): Overdue | undefined {
    const { socket } = this
    if (socket.writableLength > 0) {
      const sent = socket.bytesWritten - socket.writableLength
      if (this.#waitedMs === 0) this.#sent = sent
      this.#waitedMs += elapsedMs
      const allowedMs = sendMs + ((socket.bytesWritten - this.#sent) / SEND_RATE) * 1000
      return this.#waitedMs > allowedMs ? 'send' : undefined
    }
    if (this.receiving) {
      if (this.#awaited !== this.request) {
        this.#awaited = this.request
        this.#received = socket.bytesRead
        this.#waitedMs = 0
      }
      // An unread body, or one held back by `#held`, is the server's own delay.
      if (this.request?.readableLength === 0 && !this.#held) this.#waitedMs += elapsedMs
      const allowedMs = requestMs + ((socket.bytesRead - this.#received) / RECEIVE_RATE) * 1000
      return this.#waitedMs > allowedMs ? 'request' : undefined
    }
    this.#waitedMs = 0
    this.#release()
    return undefined
  }

  /** Reads and discards the rest of an answered request, for at most `lingerMs`. */
  #discard(request: IncomingMessage): void {
    const { socket } = this
    const cut = setTimeout(() => socket.destroy(), this.#lingerMs).unref()
    request
      .once('close', () => {
        clearTimeout(cut)
        // Its response was the last of the connection.
        if (socket.writableEnded) socket.destroy()
      })
      .resume()
  }

  /** Releases a finished exchange while the connection stays open. */
  #release(): void {
    if (this.answering) return
    this.request = undefined
    this.response = undefined
    this.#awaited = undefined
  }
}
