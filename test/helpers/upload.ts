import type { Test } from 'tap'
import { CSV } from './import-file.js'
import { dial } from './raw-connection.js'

/** A line skipped by an import, near the longest, to fill a file with bytes at little cost. */
export const FILLER = `${' '.repeat(15_000)}\n`

interface UploadOptions {
  /** The Content-Length; chunked without it. */
  length?: number
  type?: string
  /** The idempotency key. */
  key?: string
}

/** Begins a POST /products/import over a connection of its own, whose body the test sends piece by piece. */
export function beginUpload(
  t: Test,
  port: number,
  { authorization }: { authorization: string },
  { length, type = CSV, key }: UploadOptions = {},
) {
  const client = dial(t, port)
  const { socket } = client
  const size = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  const keyed = key === undefined ? '' : `Idempotency-Key: ${key}\r\n`
  socket.write(
    `POST /products/import HTTP/1.1\r\nHost: shop.test\r\nAuthorization: ${authorization}\r\nContent-Type: ${type}\r\n${keyed}${size}\r\nConnection: close\r\n\r\n`,
  )

  return {
    ...client,
    /** Sends a piece of the file, at the pace of the server. Nothing is sent once the connection is closed. */
    async send(piece: string): Promise<void> {
      if (!socket.writable) return
      const framed = length === undefined ? `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n` : piece
      if (socket.write(framed)) return
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), client.all()])
    },
    /** Ends the file. */
    finish(): void {
      if (length === undefined && socket.writable) socket.write('0\r\n\r\n')
    },
    /** Resolves with the body of the answer, once the connection is closed. */
    async json() {
      const [, body = ''] = (await client.all()).split('\r\n\r\n')
      return JSON.parse(body) as Record<string, unknown>
    },
  }
}
