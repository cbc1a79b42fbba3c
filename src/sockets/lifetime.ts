import type { RefusalCode, RenewResult } from '../stream/events.js'
import type { IoNamespace, IoSocket, TokenHolder } from './types.js'

// Longest delay of a timer (2^31 - 1 ms); a token lives far shorter.
const LONGEST_TIMER_MS = 2_147_483_647

const sessionRoom = (sessionId: string) => `session:${sessionId}`

function end(socket: IoSocket, code: RefusalCode): void {
  socket.emit('session:ended', { code })
  socket.disconnect()
}

/** Arms the end of `socket` for the moment that its token expires. */
function endOnExpiry(socket: IoSocket, holder: TokenHolder): void {
  clearTimeout(socket.data.expiry)
  const left = Math.min(holder.exp * 1000 - Date.now(), LONGEST_TIMER_MS)
  socket.data.expiry = setTimeout(() => end(socket, 'unauthorized'), Math.max(left, 0)).unref()
}

export interface LifetimeOptions {
  /** Whom an access token speaks for; throws when it is not good, or its session has ended. */
  verify(token: string): TokenHolder
  /** Whether the session of that id has ended, as far as is known here. */
  hasEnded(sessionId: string): boolean
  /** Whether only admins may stay. */
  adminOnly: boolean
}

/**
 * Binds `socket` to its token and its session: it ends with either. A client stays by sending `auth:renew` with a
 * new token of the same user in time.
 */
export function bindToSession(socket: IoSocket, { verify, hasEnded, adminOnly }: LifetimeOptions): void {
  const { holder } = socket.data
  if (!holder) return
  socket.join(sessionRoom(holder.sid))
  // It may have ended after the token was verified and before the socket was in its room.
  if (hasEnded(holder.sid)) return end(socket, 'unauthorized')
  endOnExpiry(socket, holder)
  socket.once('disconnect', () => clearTimeout(socket.data.expiry))

  const renew = (token: unknown): RenewResult => {
    let next: TokenHolder
    try {
      next = verify(String(token))
    } catch {
      return { ok: false, code: 'unauthorized' }
    }
    if (next.sub !== socket.data.holder?.sub) return { ok: false, code: 'forbidden' }
    if (adminOnly && next.role !== 'admin') {
      setImmediate(() => end(socket, 'forbidden')) // after the answer
      return { ok: false, code: 'forbidden' }
    }
    socket.leave(sessionRoom(socket.data.holder.sid))
    socket.join(sessionRoom(next.sid))
    socket.data.holder = next
    endOnExpiry(socket, next)
    return { ok: true, expiresAt: new Date(next.exp * 1000).toISOString() }
  }

  // What a client sends is anything at all: a call without a function to answer to is let pass.
  socket.on('auth:renew', (token, answer) => {
    const result = renew(token)
    if (typeof answer === 'function') answer(result)
  })
}

/** Ends every socket of a session in these namespaces. */
export function endSession(namespaces: IoNamespace[], sessionId: string): void {
  for (const namespace of namespaces) {
    namespace.to(sessionRoom(sessionId)).emit('session:ended', { code: 'unauthorized' })
    namespace.in(sessionRoom(sessionId)).disconnectSockets()
  }
}
