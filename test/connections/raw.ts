import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

export const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n${fields}\r\n`

/** A request for a WebSocket at `path`. */
export const upgrade = (path: string) =>
  get(
    path,
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  )

/** A connection that is destroyed when the test ends, and gathers what it is sent. */
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
    /** Resolves with all that was received, once the connection has closed. */
    async all(): Promise<string> {
      await ended
      return received
    },
    /** Resolves once `pattern` was received. */
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

/** Closes `socket` with a reset in place of an orderly end (SO_LINGER with 0 seconds). */
export const reset = (socket: Socket): void => void socket.resetAndDestroy()

/** The open file descriptors of a process. */
export const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

/** The memory that a process holds, in bytes. */
export const memoryOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** Why tests of a process's descriptors and memory are skipped where the system does not tell them. */
export const noProc = process.platform !== 'linux' && 'there is no /proc here'

/** Resolves once `holds` does. */
export async function until(holds: () => boolean, what: string, deadlineMs = 90_000): Promise<void> {
  for (const end = performance.now() + deadlineMs; !holds(); await sleep(20))
    if (performance.now() > end) throw new Error(`it did not come to that in time: ${what}`)
}
