import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { get, reset, upgrade } from './raw-connection.js'

/** Returns a seeded generator of pseudo-random numbers from 0 to 1 (mulberry32, by Tommy Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const post = (path: string, body: string, fields = '') =>
  `POST ${path} HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\n${fields}` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const ENGINE = '/socket.io/?EIO=4&transport='
const login = JSON.stringify({ email: 'ada@shop.test', password: 'not the password' })

/** A WebSocket client frame, masked with zeros, containing an Engine.IO packet. */
const frame = (text: string) => `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`

const PIECES = [
  get('/products'),
  get('/products?q=lamp&limit=100'),
  get('/health/ready'),
  get('/orders'),
  get('/docs/json'),
  get('/docs/yaml'),
  get('/admin'),
  get('/nowhere'),
  get('/%zz'),
  get('/products').repeat(20),
  post('/auth/login', login),
  post('/auth/login', login, 'Expect: 100-continue\r\n'),
  post('/orders', '{"productId":"x","quantity":1}'),
  'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ema\r\n',
  get('/products', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
  get('/products', 'Expect: x\r\n'),
  get(`${ENGINE}polling`),
  get(`${ENGINE}polling&sid=nobody`),
  get(`${ENGINE}polling&j=0`),
  get(`${ENGINE}polling`).replace('GET', 'PUT'),
  get(`${ENGINE}nonsense`),
  post(`${ENGINE}polling&sid=nobody`, '40'),
  upgrade(`${ENGINE}websocket`),
  upgrade(`${ENGINE}websocket`) + frame('40/inventory,'),
  upgrade(`${ENGINE}websocket`) + frame('40'),
  upgrade(`${ENGINE}websocket`) + frame('2probe'),
  upgrade(`${ENGINE}websocket`) + frame('x').replace('\x81', '\xff'),
  upgrade(`${ENGINE}websocket&sid=nobody`),
  upgrade(`${ENGINE}polling`),
  upgrade('/socket.io/?EIO=3&transport=websocket'),
  upgrade('/socket.io?EIO=4&transport=websocket'),
  upgrade('/socket.iox'),
  upgrade('/socket.io'),
  upgrade('/products'),
  get('/products') + upgrade(`${ENGINE}websocket`),
  get('/products') + upgrade('/socket.io') + get('/products'),
  'CONNECT shop.test:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
  'nonsense\r\n\r\n',
  get('/', `x: ${'x'.repeat(20_000)}\r\n`),
]

const ENDS = ['reset', 'reset', 'reset', 'half-close', 'half-close', 'stall', 'leave', 'listen'] as const
const LISTEN_MS = 150
const FLUSH_MS = 500

/**
 * Simulates a client that sends a few pieces, whole or truncated, at random moments, and ends its connection in a
 * random way.
 */
export async function visit(port: number, draw: () => number): Promise<void> {
  const pick = <T>(from: readonly T[]) => from[Math.floor(draw() * from.length)] as T
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const closed = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', () => resolve()))
  const end = pick(ENDS)
  if (end === 'stall') socket.pause()
  else socket.resume()
  // Some leave before the TCP handshake completes.
  if (draw() < 0.9) await Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))])
  for (let pieces = Math.floor(draw() * 4); pieces >= 0 && socket.writable; pieces--) {
    const piece = Buffer.from(pick(PIECES), 'latin1')
    socket.write(draw() < 0.7 ? piece : piece.subarray(0, Math.floor(draw() * piece.length)))
    if (draw() < 0.5) await sleep(draw() * 15)
  }
  if (draw() < 0.5) await sleep(draw() * 15)
  if (end === 'half-close') socket.end()
  if (end !== 'reset' && end !== 'leave') await Promise.race([closed, sleep(draw() * LISTEN_MS)])
  if (end === 'leave') socket.destroy()
  else if (!socket.destroyed) reset(socket)
  // A reset waits for pending writes, which a server that stopped reading never takes.
  await Promise.race([closed, sleep(FLUSH_MS)])
  socket.destroy()
}

/** Runs `count` visits with limited concurrency. */
export async function visits(port: number, count: number, draw: () => number, atOnce = 64): Promise<void> {
  let left = count
  const visitor = async () => {
    while (left-- > 0) await visit(port, draw)
  }
  await Promise.all(Array.from({ length: atOnce }, visitor))
}
