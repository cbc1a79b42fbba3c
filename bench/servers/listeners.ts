/** Admins listening to every event. Each checks that offsets are consecutive. */
import { optionsOf, ready } from '../child.js'
import { bySocket, byStream, type FollowOptions } from './follow.js'

export interface ListenerOptions extends FollowOptions {
  count: number
  /** By server-sent events in place of sockets. */
  stream?: boolean
}

/** Events received since the last reset. */
export interface Received {
  /** Events, summed over all sockets. */
  events: number
  /** Offsets not following the previous one. */
  gaps: number
  /** Time of the last event, in milliseconds of the monotonic clock. */
  last: number
}

const { count, stream, ...options } = optionsOf<ListenerOptions>()
const follow = stream ? byStream : bySocket
let received: Received = { events: 0, gaps: 0, last: 0 }
let wanted = { events: Number.POSITIVE_INFINITY, reached: () => {} }

const now = () => Number(process.hrtime.bigint()) / 1e6
const OFFSET = /"offset":(\d+)/g

/** Connects one listener. @returns a function to end it, once it is live */
const connect = () =>
  new Promise<() => void>((resolve, reject) => {
    let next = 0
    const end = follow(options, {
      ready(text) {
        next = Number(new RegExp(OFFSET).exec(text)?.[1]) + 1
        resolve(end)
      },
      events(text) {
        for (const [, offset] of text.matchAll(OFFSET)) {
          if (Number(offset) !== next) received.gaps++
          next = Number(offset) + 1
          received.events++
        }
        received.last = now()
        if (received.events >= wanted.events) wanted.reached()
      },
      failed: reject,
      closed: () => received.gaps++, // none should be disconnected
    })
  })

const CONNECTING_AT_ONCE = 50
const ends: (() => void)[] = []
while (ends.length < count) {
  const some = Math.min(CONNECTING_AT_ONCE, count - ends.length)
  ends.push(...(await Promise.all(Array.from({ length: some }, connect))))
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
    for (const end of ends) end()
  },
)
