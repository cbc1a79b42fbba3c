/**
 * Admins that listen to every event over bare WebSockets, to cost little next to the measured server. Each
 * checks that offsets are consecutive.
 */
import WebSocket from 'ws'
import { optionsOf, ready } from '../child.js'

export interface ListenerOptions {
  address: string
  token: string
  count: number
  /** Whether to request arrays of events, as the project's own client does, or one packet per event. */
  batch: boolean
}

/** Events received since the last reset. */
export interface Received {
  /** Events, summed over all sockets. */
  events: number
  /** Offsets that did not follow the previous one. */
  gaps: number
  /** Time of the last event, in milliseconds of the monotonic clock. */
  last: number
}

const { address, token, count, batch } = optionsOf<ListenerOptions>()
const url = `${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
let received: Received = { events: 0, gaps: 0, last: 0 }
let wanted = { events: Number.POSITIVE_INFINITY, reached: () => {} }

const now = () => Number(process.hrtime.bigint()) / 1e6
const OFFSET = /"offset":(\d+)/g

/** Connects one socket and resolves once it is live. It implements just the parts of the protocol it needs. */
const connect = () =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    let next = 0
    socket.once('error', reject)
    socket.once('close', () => received.gaps++) // no socket should be disconnected
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('0')) socket.send(`40/admin,${JSON.stringify({ token, batch })}`)
      else if (text === '2') socket.send('3')
      else if (text.startsWith('44/admin')) reject(new Error(text))
      else if (text.startsWith('42/admin,["stream:ready"')) {
        next = Number(new RegExp(OFFSET).exec(text)?.[1]) + 1
        resolve(socket)
      } else if (text.startsWith('42/admin')) {
        for (const [, offset] of text.matchAll(OFFSET)) {
          if (Number(offset) !== next) received.gaps++
          next = Number(offset) + 1
          received.events++
        }
        received.last = now()
        if (received.events >= wanted.events) wanted.reached()
      }
    })
  })

const CONNECTING_AT_ONCE = 50
const sockets: WebSocket[] = []
while (sockets.length < count) {
  const some = Math.min(CONNECTING_AT_ONCE, count - sockets.length)
  sockets.push(...(await Promise.all(Array.from({ length: some }, connect))))
}

ready(
  {},
  {
    /** Resets the counters. */
    reset() {
      received = { events: 0, gaps: 0, last: 0 }
    },
    /** Waits until the given number of events has arrived and returns the counters. */
    async received(argument) {
      const events = Number(argument)
      if (received.events < events) await new Promise<void>((reached) => (wanted = { events, reached }))
      return received
    },
    /** Returns the counters so far. */
    soFar: () => received,
  },
  async () => {
    for (const socket of sockets) socket.terminate()
  },
)
