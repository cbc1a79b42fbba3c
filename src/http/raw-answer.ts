import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Problem } from '../errors.js'

/** Serializes `problem` (RFC 9457). @param instance the request's id */
export const problemBody = (
  { statusCode: status, code, title, message, extra }: Problem,
  instance: string,
): string => JSON.stringify({ type: `/problems/${code}`, title, status, detail: message, instance, ...extra })

/** Answers a request outside the application with `problem`. @param headers sent besides type and length */
export function answerWith(problem: Problem, response: ServerResponse, instance: string, headers = {}): void {
  const body = problemBody(problem, instance)
  response.writeHead(problem.statusCode, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

/** Time for a client to read a last response; bytes it still sends are discarded. */
const LINGER_MS = 1_000

/**
 * Answers with `problem` on a raw connection and closes it with a delay: closing with unread bytes resets the connection,
 * and a client that is still sending never sees the response (RFC 9112, 9.6).
 * @param headers sent with the response
 */
export function hangUp(
  socket: Duplex,
  problem: Problem,
  headers: Readonly<Record<string, string>>,
  instance: string,
): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { statusCode } = problem
  const body = problemBody(problem, instance)
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  socket.resume()
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
