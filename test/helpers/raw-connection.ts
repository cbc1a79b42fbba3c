import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { PATIENCE_MS } from './patience.js'

export const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n${fields}\r\n`

/** A WebSocket upgrade request for `path`. */
export const upgrade = (path: string) =>
  get(
    path,
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  )

/** Opens a connection that records received data and is destroyed when the test ends. */
export function dial(t: Test, port: number) {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  let received = ''
  let closed = false
  socket.on('data', (chunk) => (received += chunk.toString('latin1'))).on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  ended.then(() => (closed = true))
  return {
    socket,
    received: () => received,
    isClosed: () => closed,
    /** Resolves with everything received once the connection has closed. */
    async all(): Promise<string> {
      await ended
      return received
    },
    /** Resolves once the received data matches `pattern`. */
    async until(pattern: RegExp): Promise<void> {
      while (!pattern.test(received)) {
        if (closed) throw new Error(`closed after ${JSON.stringify(received)}`)
        await Promise.race([ended, new Promise((resolve) => socket.once('data', resolve))])
      }
    },
  }
}

export const statusesIn = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

/**
 * Closes `socket` with a reset instead of a FIN (SO_LINGER with 0 seconds). After `end()`, a reset in Node fails while the
 * shutdown is pending, keeps the descriptor, and the process never exits: such a socket is closed as usual.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

/** Whether a server's connection at `port` of 127.0.0.1 with the client's port `peer` is open in both directions. */
export function isEstablished(port: number, peer: number): boolean {
  // Columns: https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt; 01 is TCP_ESTABLISHED.
  const end = (number: number) => `0100007F:${number.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8').includes(`${end(port)} ${end(peer)} 01`)
}

/** Counts the open file descriptors of a process. */
export const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

/** Returns the resident memory of a process in bytes. */
export const memoryOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** Skip reason for tests of descriptors and memory on systems without /proc. */
export const noProc = process.platform !== 'linux' && 'there is no /proc here'

/** Resolves once `holds` returns true. */
export async function until(holds: () => boolean, what: string, deadlineMs = PATIENCE_MS): Promise<void> {
  for (const end = performance.now() + deadlineMs; !holds(); await sleep(20))
    if (performance.now() > end) throw new Error(`timed out waiting until: ${what}`)
}
