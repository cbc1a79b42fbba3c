import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectionLimits, RECEIVE_RATE, SEND_RATE } from './limits.js'

/** Why a connection is ended before its time. */
export type Overdue = 'request' | 'send'

/** A TCP connection, from its first byte to its last. */
export class Connection {
  readonly socket: Socket
  /** What connections are counted by: the client's address, or its /64. Undefined where they are not counted. */
  readonly key: string | undefined
  /** The latest request; requests before it may still wait for their answers, which go out in order. */
  request: IncomingMessage | undefined
  response: ServerResponse | undefined
  /** Whether it carried a request. */
  used = false
  /** Whether it is no longer HTTP. */
  upgraded = false
  /** Whether its client was refused, so that it ends after the answers that are due. */
  refused = false
  /** How long the client has kept us waiting in what it is at, in ms. */
  #waitedMs = 0
  #quietMs = 0
  #moved = 0
  #sent = 0
  #received = 0
  #awaited: IncomingMessage | undefined

  constructor(socket: Socket, key: string | undefined) {
    this.socket = socket
    this.key = key
  }

  /** Whether no answer could reach the client any more. */
  get gone(): boolean {
    return !this.socket.writable
  }

  /** Whether a request, whole or not, has no answer yet, or one that has not left the process. */
  get answering(): boolean {
    return (this.response !== undefined && !this.response.writableFinished) || this.socket.writableLength > 0
  }

  /** Whether a request has come only in part. */
  get receiving(): boolean {
    return this.request !== undefined && !this.request.complete && this.answering
  }

  /** Whether the process, and not the client, is what an answer waits for. */
  get working(): boolean {
    if (this.gone || this.socket.writableLength > 0 || !this.answering) return false
    return this.request?.complete === true || Number(this.request?.readableLength) > 0
  }

  /** How long nothing has come or gone, in ms. @param elapsedMs time since the last call */
  quiet(elapsedMs: number): number {
    const { bytesRead, bytesWritten, writableLength } = this.socket
    const moved = bytesRead + bytesWritten - writableLength
    this.#quietMs = moved === this.#moved ? this.#quietMs + elapsedMs : 0
    this.#moved = moved
    return this.#quietMs
  }

  /**
   * Counts `elapsedMs` against the client where it is what a request or an answer waits for.
   * @returns what it has been too slow at
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
      // A body that waits to be read is our own delay.
      if (this.request?.readableLength === 0) this.#waitedMs += elapsedMs
      const allowedMs = requestMs + ((socket.bytesRead - this.#received) / RECEIVE_RATE) * 1000
      return this.#waitedMs > allowedMs ? 'request' : undefined
    }
    this.#waitedMs = 0
    // What is over need not be kept for as long as the connection stays open.
    if (!this.answering) {
      this.request = undefined
      this.response = undefined
      this.#awaited = undefined
    }
    return undefined
  }
}
