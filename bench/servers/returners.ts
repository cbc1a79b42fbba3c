/**
 * Listeners that come back by themselves, as the project's client does, over bare WebSockets: at once when the connection is
 * gone, then after a while, naming the last offset that they have. Of ten, six follow the shop in arrays of events, two an event
 * at a time, one its own orders and one the inventory.
 */
import WebSocket from 'ws'
import { optionsOf, ready } from '../child.js'

export interface ReturnerOptions {
  address: string
  admin: string
  customer: string
  count: number
}

/** What became of all listeners since `reset`. */
export interface Returned {
  /** When the last of them was level, in milliseconds of the machine's steady clock. */
  at: number
  /** Offsets that were missing, or came twice, in /admin. */
  gaps: number
  /** Listeners that were told to load everything anew. */
  unrecovered: number
}

const { address, admin, customer, count } = optionsOf<ReturnerOptions>()
const url = `${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
const RETRY_MS = 250
const RETRY_MAX_MS = 2_000
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
    socket.on('error', () => undefined) // it closes after it
    socket.once('close', () => {
      setTimeout(connect, wait * (0.5 + Math.random()))
      wait = Math.min(RETRY_MAX_MS, Math.max(RETRY_MS, 2 * wait))
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
    /** Has those who are level from now on counted. */
    reset() {
      level = 0
      gaps = 0
      unrecovered = 0
    },
    /** Resolves once all are level. */
    async level(): Promise<Returned> {
      if (level < count) await new Promise<void>((resolve) => (done = resolve))
      return { at: now(), gaps, unrecovered }
    },
  },
  async () => process.exit(0),
)
