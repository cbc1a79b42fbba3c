/** Connection attacks: connections reset, kept open, or never read from. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, type AttackOptions, addressOf, runConcurrently, tally } from './attack.js'

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

const PLENTY = 50_000

async function openWith(
  { host, port }: AttackOptions,
  path: string,
  headers: string[] = [],
): Promise<Socket> {
  tally.started++
  const socket = connect(port, host)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write([`GET ${path} HTTP/1.1`, `Host: ${host}`, ...headers, '', ''].join('\r\n'))
  return socket
}

/** Resets a connection. After `end()`, Node would keep the descriptor of a reset socket, and never exit. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

const from = () => `X-Forwarded-For: ${addressOf(PLENTY)}`

/** 20 concurrent clients send a handshake (polling or WebSocket) and reset the connection. */
export const handshakeResets: Attack = (options, signal) =>
  runConcurrently(20, signal, async (index) => {
    const path = `/socket.io/?EIO=4&transport=${index % 2 ? 'polling' : 'websocket'}`
    const headers = [...(index % 2 ? [] : WEBSOCKET), ...(index % 4 > 1 ? [from()] : [])]
    const socket = await openWith(options, path, headers)
    if (Math.random() < 0.5) await sleep(Math.random() * 5)
    reset(socket)
    await sleep(2)
  })

/** Upgrades to paths with no handler: 400 connections stay open, 4 more are repeatedly reset or half-closed. */
export const strayUpgrades: Attack = async (options, signal) => {
  const paths = ['/socket.io', '/socket.iox', '/socket.io?EIO=4&transport=websocket', '/products']
  const open = (i: number) => openWith(options, paths[i % paths.length] ?? '', [...WEBSOCKET, from()])
  for (let i = 0; i < 400 && !signal.aborted; i++) await open(i).catch(() => undefined)
  await runConcurrently(4, signal, async (index) => {
    const socket = await open(index)
    await sleep(300)
    if (index % 2) reset(socket)
    else socket.end()
  })
}

/** 300 connections request the same large response repeatedly and never read it. */
const slowReaders =
  (path: string, requests: number): Attack =>
  async (options, signal) => {
    for (let i = 0; i < 300 && !signal.aborted; i++) {
      const socket = await openWith(options, path, [from()]).catch(() => undefined)
      socket?.pause()
      for (let more = 1; more < requests; more++)
        socket?.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${from()}\r\n\r\n`)
    }
    await once(signal, 'abort')
  }

export const slowDocs = slowReaders('/docs/static/swagger-ui-bundle.js', 1)
export const slowLists = slowReaders('/products?limit=100', 50)
