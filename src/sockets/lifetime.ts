import type { Access } from '../accounts/access/access.js'
import type { Permission } from '../accounts/access/permissions.js'
import { isKey, type Principal } from '../accounts/access/principal.js'
import type { RefusalCode, RenewResult } from '../contract/events.js'
import type { IoNamespace, IoSocket } from './types.js'

// Maximum delay of setTimeout (2^31 - 1 ms), far above the lifetime of a token.
const MAX_TIMER_MS = 2_147_483_647

const sessionRoom = (sessionId: string) => `session:${sessionId}`
const keyRoom = (keyId: string) => `key:${keyId}`
const roomOf = (holder: Principal) => (isKey(holder) ? keyRoom(holder.keyId) : sessionRoom(holder.sid))

/** Whether two tokens are of the same user, or the same key. */
const isSameHolder = (a: Principal, b: Principal) =>
  isKey(a) ? isKey(b) && a.keyId === b.keyId : !isKey(b) && a.sub === b.sub

/** Returns when a token or key expires, as RFC 3339; null for a key that does not. */
const expiryOf = ({ exp }: Principal): string | null =>
  Number.isFinite(exp) ? new Date(exp * 1000).toISOString() : null

function end(socket: IoSocket, code: RefusalCode): void {
  socket.emit('session:ended', { code })
  socket.disconnect()
}

/** Schedules the end of `socket` at the expiry of its token. */
function endOnExpiry(socket: IoSocket, holder: Principal): void {
  clearTimeout(socket.data.expiry)
  const left = holder.exp * 1000 - Date.now()
  const onTime = () => (left > MAX_TIMER_MS ? endOnExpiry(socket, holder) : end(socket, 'unauthorized'))
  socket.data.expiry = setTimeout(onTime, Math.min(Math.max(left, 0), MAX_TIMER_MS)).unref()
}

export interface LifetimeOptions {
  /** Verifies an access token or an API key; throws if it is invalid or has ended. */
  verify(token: string): Principal
  /** Whether the session or key has not ended. */
  isLive(holder: Principal): boolean
  access: Access
  /** The permission that a socket needs to stay. */
  permission: Permission
}

/**
 * Binds `socket` to its token and session: it ends with either. A client extends it in time by sending `auth:renew` with a
 * new token of the same user.
 */
export function bindToSession(
  socket: IoSocket,
  { verify, isLive, access, permission }: LifetimeOptions,
): void {
  const { holder } = socket.data
  if (!holder) return
  socket.join(roomOf(holder))
  // The session may have ended between the verification of the token and the join.
  if (!isLive(holder)) return end(socket, 'unauthorized')
  endOnExpiry(socket, holder)
  socket.once('disconnect', () => clearTimeout(socket.data.expiry))

  const renew = (token: unknown): RenewResult => {
    let next: Principal
    try {
      next = verify(String(token))
    } catch {
      return { ok: false, code: 'unauthorized' }
    }
    const held = socket.data.holder ?? holder
    if (!isSameHolder(held, next)) return { ok: false, code: 'forbidden' }
    if (!access.may(next, permission)) {
      setImmediate(() => end(socket, 'forbidden')) // after the acknowledgement
      return { ok: false, code: 'forbidden' }
    }
    socket.leave(roomOf(held))
    socket.join(roomOf(next))
    socket.data.holder = next
    endOnExpiry(socket, next)
    return { ok: true, expiresAt: expiryOf(next) }
  }

  // Clients may send anything: tolerates a call without an acknowledgement callback.
  socket.on('auth:renew', (token, answer) => {
    const result = renew(token)
    if (typeof answer === 'function') answer(result)
  })
}

function endRoom(namespaces: IoNamespace[], room: string): void {
  for (const namespace of namespaces) {
    namespace.to(room).emit('session:ended', { code: 'unauthorized' })
    namespace.in(room).disconnectSockets()
  }
}

/** Ends all sockets of a session in `namespaces`. */
export const endSession = (namespaces: IoNamespace[], sessionId: string): void =>
  endRoom(namespaces, sessionRoom(sessionId))

/** Ends all sockets of an API key in `namespaces`. */
export const endKey = (namespaces: IoNamespace[], keyId: string): void => endRoom(namespaces, keyRoom(keyId))

/** Closes the connections of an API key whose secret has changed: clients with a valid one reconnect and resume. */
export function reconnectKey(namespaces: IoNamespace[], keyId: string): void {
  for (const { adapter, sockets } of namespaces)
    for (const id of adapter.rooms.get(keyRoom(keyId)) ?? []) sockets.get(id)?.conn.close()
}
