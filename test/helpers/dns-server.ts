import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'

/**
 * Starts a DNS server with answers to queries for IPv4 addresses, and none for IPv6.
 * @param addressOf returns the address of a name at the time of a query
 * @returns `ADDRESS:PORT`
 */
export async function startDnsServer(t: Test, addressOf: (name: string) => string): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    let end = 12
    const labels: string[] = []
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length))
      end += 1 + length
    }
    const question = query.subarray(12, end + 5)
    const isA = query.readUInt16BE(end + 1) === 1
    const header = Buffer.from(query.subarray(0, 12))
    header.writeUInt16BE(0x8180, 2) // a response, recursion available
    header.writeUInt16BE(isA ? 1 : 0, 6)
    header.writeUInt32BE(0, 8)
    // A pointer to the name, type A, class IN, a lifetime of 0 seconds, 4 bytes.
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4])
    const bytes = Buffer.from(addressOf(labels.join('.')).split('.').map(Number))
    socket.send(Buffer.concat([header, question, ...(isA ? [record, bytes] : [])]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return `127.0.0.1:${socket.address().port}`
}
