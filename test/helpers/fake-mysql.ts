import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

// Protocol: https://mariadb.com/kb/en/clientserver-protocol. PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH,
// CONNECT_WITH_DB.
const CAPABILITIES = 0x200 | 0x8000 | 0x80000 | 0x8
const UTF8MB4 = 45
const VAR_STRING = 0xfd
const QUERY = 3

const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)])
const int = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => (value >> (8 * i)) & 0xff)
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])
const EOF = Buffer.from([0xfe, 0, 0, 2, 0])

const greeting = (version: string) =>
  Buffer.from([
    10,
    ...Buffer.from(version),
    0,
    ...int(1, 4),
    ...Buffer.alloc(8, 'a'),
    0,
    ...int(CAPABILITIES, 2),
    UTF8MB4,
    ...int(2, 2),
    ...int(CAPABILITIES >> 16, 2),
    21,
    ...Buffer.alloc(10),
    ...Buffer.alloc(12, 'a'),
    0,
    ...Buffer.from('mysql_native_password'),
    0,
  ])

const column = (name: string) =>
  Buffer.concat([
    ...['def', '', '', '', name, ''].map(text),
    Buffer.from([12, ...int(UTF8MB4, 2), ...int(255, 4), VAR_STRING, 0, 0, 0, 0, 0]),
  ])

const table = (row: Record<string, string>) => {
  const names = Object.keys(row)
  return [
    Buffer.from([names.length]),
    ...names.map(column),
    EOF,
    Buffer.concat(Object.values(row).map(text)),
    EOF,
  ]
}

async function listening(t: Test, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => {
    listener.close()
    for (const socket of sockets) socket.destroy()
  })
  return `mysql://ada:secret@127.0.0.1:${(listener.address() as { port: number }).port}/shop`
}

/** Starts a server that accepts connections and never sends a byte. @returns its URL */
export const mute = (t: Test) => listening(t, () => {})

/** Starts a server that reports `version` and supports nothing else. @returns its URL */
export const ofVersion = (t: Test, version: string) =>
  listening(t, (socket) => {
    const send = (packets: Buffer[], first: number) =>
      socket.write(
        Buffer.concat(
          packets.flatMap((packet, i) => [Buffer.from([...int(packet.length, 3), first + i]), packet]),
        ),
      )
    send([greeting(version)], 0)
    let signedIn = false
    socket.on('data', (chunk) => {
      if (!signedIn) send([OK], 2)
      else if (chunk[4] === QUERY && chunk.includes('GLOBAL VARIABLES'))
        send(table({ Variable_name: 'version', Value: version }), 1)
      else send([OK], 1)
      signedIn = true
    })
  })
