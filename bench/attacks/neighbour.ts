/** A well-behaved client: reads products at a steady pace, places orders, and reports the service it gets. */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { optionsOf, ready } from '../child.js'

export interface NeighbourOptions {
  address: string
  token: string
  productIds: string[]
}

/** Service level of the neighbour. Times are in milliseconds from when a request was due. */
export interface Service {
  p50: number
  p99: number
  max: number
  /** Reads that failed or timed out. */
  failed: number
  ordersPerSecond: number
  /** Orders that were rejected or timed out. */
  refused: number
}

const READS_PER_SECOND = 50
const BUYERS = 8
const PATIENCE_MS = 10_000

const { address, token, productIds } = optionsOf<NeighbourOptions>()
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
let turn = 0

/** Sends a request from a rotating client address. @returns the status, or 0 on a timeout or connection error. */
const send = (method: 'GET' | 'POST', path: string, body?: object): Promise<number> =>
  new Promise((resolve) => {
    turn++
    const headers = {
      'x-forwarded-for': `198.18.${turn & 255}.${(turn >> 8) & 255}`,
      ...(body && { authorization: `Bearer ${token}`, 'content-type': 'application/json' }),
    }
    const sent = request(`${address}${path}`, { method, headers, agent, timeout: PATIENCE_MS }, (answer) => {
      answer.resume().once('close', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('timeout', () => sent.destroy()).once('error', () => resolve(0))
    sent.end(body && JSON.stringify(body))
  })

const anyProduct = () => productIds[Math.floor(Math.random() * productIds.length)]

async function read(seconds: number): Promise<{ times: number[]; failed: number }> {
  const times: number[] = []
  let failed = 0
  const start = performance.now()
  const reads: Promise<void>[] = []
  for (let i = 0; i < seconds * READS_PER_SECOND; i++) {
    const due = start + (i * 1000) / READS_PER_SECOND
    await sleep(Math.max(0, due - performance.now()))
    reads.push(
      send('GET', `/products/${anyProduct()}`).then((status) => {
        times.push(performance.now() - due)
        if (status !== 200) failed++
      }),
    )
  }
  await Promise.all(reads)
  return { times: times.sort((a, b) => a - b), failed }
}

async function buy(seconds: number): Promise<{ placed: number; refused: number }> {
  let placed = 0
  let refused = 0
  const end = performance.now() + seconds * 1000
  const buyer = async () => {
    while (performance.now() < end) {
      if ((await send('POST', '/orders', { productId: anyProduct(), quantity: 1 })) === 201) placed++
      else {
        refused++
        await sleep(50)
      }
    }
  }
  await Promise.all(Array.from({ length: BUYERS }, buyer))
  return { placed, refused }
}

async function measure(seconds: number): Promise<Service> {
  const [{ times, failed }, { placed, refused }] = await Promise.all([read(seconds), buy(seconds)])
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1), failed, refused, ordersPerSecond: placed / seconds }
}

ready({}, { measure: (seconds) => measure(Number(seconds)) }, async () => agent.destroy())
