import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectToSibling, type Meeting } from './meeting.js'

/** Headers of a connection, not of what it carries (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding'])
const SEPARATOR = '.'

/** Returns the worker that has the Engine.IO connection of a request; undefined for a new connection. */
function workerOf({ url = '' }: IncomingMessage): string | undefined {
  const sid = /[?&]sid=([^&]*)/.exec(url)?.[1]
  return sid?.includes(SEPARATOR) ? sid.slice(0, sid.indexOf(SEPARATOR)) : undefined
}

/**
 * Passes requests of an Engine.IO connection to the worker that has it: the requests of a client that polls, and its
 * upgrade, arrive on several TCP connections and at any worker.
 */
export class SocketForwarding {
  readonly #self: string
  #meetings: Readonly<Record<string, Meeting>> = {}

  /** @param self the name of this worker in the ids of its connections */
  constructor(self: string) {
    this.#self = self
  }

  /** Returns an id of an Engine.IO connection that names this worker. */
  connectionId(random: string): string {
    return `${this.#self}${SEPARATOR}${random}`
  }

  /** Sets where the workers are, by name. */
  setWorkers(meetings: Readonly<Record<string, Meeting>>): void {
    this.#meetings = meetings
  }

  /** Returns the other worker to which a request belongs, if it belongs to one. */
  #target(request: IncomingMessage): Meeting | undefined {
    const worker = workerOf(request)
    return worker === undefined || worker === this.#self ? undefined : this.#meetings[worker]
  }

  /** @returns false if the request belongs to this worker, or to one that has gone */
  request(request: IncomingMessage, response: ServerResponse): boolean {
    const target = this.#target(request)
    if (!target) return false
    this.#pass(request, response, target).catch(() => response.destroy())
    return true
  }

  /** @returns false if the request belongs to this worker, or to one that has gone */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const target = this.#target(request)
    if (!target) return false
    this.#tunnel(request, socket, head, target).catch(() => socket.destroy())
    return true
  }

  async #pass(request: IncomingMessage, response: ServerResponse, target: Meeting): Promise<void> {
    const upstream = await connectToSibling(target)
    const { method, url, rawHeaders } = request
    const sent = httpRequest({
      method,
      path: url,
      headers: endToEnd(rawHeaders) as unknown as Record<string, string>,
      setHost: false,
      createConnection: () => upstream,
    })
    sent.on('error', () => response.destroy())
    sent.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    response.on('close', () => upstream.destroy())
    request.pipe(sent)
  }

  async #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer, target: Meeting): Promise<void> {
    const upstream = await connectToSibling(target)
    // The worker on the other end has the deadlines.
    if (socket instanceof Socket) socket.setTimeout(0)
    const lines = [`${request.method} ${request.url} HTTP/1.1`]
    const { rawHeaders } = request
    for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    upstream.write(head)
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
  }
}

/** Returns raw headers without those of the connection. */
function endToEnd(rawHeaders: string[]): string[] {
  return rawHeaders.filter((_, i) => !HOP_BY_HOP.has((rawHeaders[i - (i % 2)] as string).toLowerCase()))
}
