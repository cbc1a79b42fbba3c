/**
 * Listeners that reconnect automatically over bare WebSockets, as the project's client does: immediately after a
 * disconnect, then with backoff, sending their last offset. Of ten, six follow the shop in arrays of events, two one
 * event per packet, one its own orders and one the inventory.
 */
import WebSocket from 'ws'
import { optionsOf, ready } from '../child.js'

export interface ReturnerOptions {
  address: string
  admin: string
  customer: string
  count: number
}

/** State of all listeners since `reset`. */
export interface Returned {
  /** Time when the last listener caught up, in milliseconds of the monotonic clock. */
  at: number
  /** Missing or duplicate offsets in /admin. */
  gaps: number
  /** Listeners told to reload everything. */
  unrecovered: number
}

const { address, admin, customer, count } = optionsOf<ReturnerOptions>()
const url = `${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
const RETRY_MS = 250
const MAX_RETRY_MS = 2_000
const OFFSET = /"offset":(\d+)/g
const now = () => Number(process.hrtime.bigint()) / 1e6

let level = 0
let gaps = 0
let unrecovered = 0
let done = () => {}

function follow(number: number): void {
  const kind = number % 10
  const namespace = kind === 8 ? '/' : kind === 9 ? '/inventory' : '/admin'
  const dense = namespace === '/admin'
  const prefix = namespace === '/' ? '' : `${namespace},`
  const auth = {
    ...(kind < 9 && { token: kind === 8 ? customer : admin }),
    ...((kind < 6 || kind > 7) && { batch: true }),
  }
  let known: { epoch: string; offset: number } | undefined
  let wait = 0
  const connect = () => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    socket.on('error', () => undefined) // followed by a close event
    socket.once('close', () => {
      setTimeout(connect, wait * (0.5 + Math.random()))
      wait = Math.min(MAX_RETRY_MS, Math.max(RETRY_MS, 2 * wait))
    })
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('0')) socket.send(`40${prefix}${JSON.stringify({ ...auth, ...known })}`)
      else if (text === '2') socket.send('3')
      else if (text.startsWith(`42${prefix}["stream:ready"`)) {
        const [, { recovered, epoch, offset }] = JSON.parse(text.slice(2 + prefix.length))
        if (known && !recovered) unrecovered++
        if (known && recovered && dense && known.offset !== offset) gaps++
        known = { epoch, offset }
        wait = 0
        if (++level === count) done()
      } else if (known && text.startsWith('42')) {
        for (const [, value] of text.matchAll(OFFSET)) {
          const offset = Number(value)
          if (dense && offset !== known.offset + 1) gaps++
          known.offset = offset
        }
      }
    })
  }
  connect()
}

const CONNECTING_AT_ONCE = 50
for (let number = 0; number < count; ) {
  const until = Math.min(count, number + CONNECTING_AT_ONCE)
  while (number < until) follow(number++)
  while (level < until) await new Promise((resolve) => setTimeout(resolve, 5))
}

ready(
  {},
  {
    /** Restarts the count of listeners that have caught up. */
    reset() {
      level = 0
      gaps = 0
      unrecovered = 0
    },
    /** Resolves when all listeners have caught up. */
    async level(): Promise<Returned> {
      if (level < count) await new Promise<void>((resolve) => (done = resolve))
      return { at: now(), gaps, unrecovered }
    },
  },
  async () => process.exit(0),
)
