/**
 * Admins that listen to every event, over bare WebSockets, so that they cost little beside what they measure. Each checks that
 * the offsets come one after the other.
 */
import WebSocket from 'ws'
import { optionsOf, ready } from '../child.js'

export interface ListenerOptions {
  address: string
  token: string
  count: number
  /** Whether to ask for arrays of events, as the project's own client does, or for a packet each. */
  batch: boolean
}

/** What was heard since it was asked last. */
export interface Heard {
  /** Events, added up over all sockets. */
  events: number
  /** Offsets that were not the one after the one before. */
  gaps: number
  /** When the last one came, in milliseconds of the machine's steady clock. */
  last: number
}

const { address, token, count, batch } = optionsOf<ListenerOptions>()
const url = `${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
let heard: Heard = { events: 0, gaps: 0, last: 0 }
let wanted = { events: Number.POSITIVE_INFINITY, reached: () => {} }

const now = () => Number(process.hrtime.bigint()) / 1e6
const OFFSET = /"offset":(\d+)/g

/** Connects one socket; resolves when it is live. The little of the protocol that is needed is told as it comes. */
const connect = () =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    let next = 0
    socket.once('error', reject)
    socket.once('close', () => heard.gaps++) // nobody is to be cut off
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
          if (Number(offset) !== next) heard.gaps++
          next = Number(offset) + 1
          heard.events++
        }
        heard.last = now()
        if (heard.events >= wanted.events) wanted.reached()
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
    /** Starts counting anew. */
    reset() {
      heard = { events: 0, gaps: 0, last: 0 }
    },
    /** What was heard once it is so many events. */
    async heard(argument) {
      const events = Number(argument)
      if (heard.events < events) await new Promise<void>((reached) => (wanted = { events, reached }))
      return heard
    },
    /** What was heard so far. */
    soFar: () => heard,
  },
  async () => sockets.forEach((socket) => socket.terminate()),
)
