import type { IncomingMessage } from 'node:http'
import type { Access } from '../accounts/access/access.js'
import type { Permission } from '../accounts/access/permissions.js'
import type { Principal } from '../accounts/access/principal.js'
import type { RefusalCode } from '../contract/events.js'
import type { IoSocket } from './types.js'

/** A connect_error with its reason in `data.code`. */
class Refused extends Error {
  readonly data: { code: RefusalCode }
  constructor(code: RefusalCode) {
    super(code)
    this.data = { code }
  }
}

type Middleware = (socket: IoSocket, next: (error?: Error) => void) => void

export interface AdmissionOptions {
  /** Verifies an access token or an API key; throws if it is invalid or has ended. */
  verify(token: string): Principal
  access: Access
  /** Returns the access token from the cookies of a handshake. */
  cookieToken(request: IncomingMessage): string | undefined
  /** Whether the handshake is cross-origin, according to the browser. */
  isForeign(request: IncomingMessage): boolean
  /** Called for each socket refused by a namespace. */
  onRefused(socket: IoSocket, code: RefusalCode): void
}

/** Creates the namespace middlewares to authenticate and authorize sockets. */
export function createAdmission({ verify, access, cookieToken, isForeign, onRefused }: AdmissionOptions) {
  const holderOf = ({ handshake, request }: IoSocket): Principal | undefined => {
    const { token } = handshake.auth as { token?: unknown }
    try {
      if (token !== undefined) return typeof token === 'string' ? verify(token) : undefined
      const cookie = cookieToken(request)
      // Browsers send cookies from any page: accept them from an allowed origin only (cross-site WebSocket hijacking).
      return cookie === undefined || isForeign(request) ? undefined : verify(cookie)
    } catch {
      return undefined
    }
  }

  const refuse = (socket: IoSocket, code: RefusalCode): Refused => {
    onRefused(socket, code)
    return new Refused(code)
  }

  /** Admits sockets whose token has `permission`. */
  const require =
    (permission: Permission): Middleware =>
    (socket, next) => {
      const holder = holderOf(socket)
      if (!holder) return next(refuse(socket, 'unauthorized'))
      socket.data.holder = holder
      next(access.may(holder, permission) ? undefined : refuse(socket, 'forbidden'))
    }

  /** For every namespace: validates the client's resume position. */
  const validResume: Middleware = (socket, next) => {
    const { offset, epoch } = socket.handshake.auth as { offset?: unknown; epoch?: unknown }
    const valid =
      (offset == null || (Number.isSafeInteger(offset) && Number(offset) >= 0)) &&
      (epoch == null || typeof epoch === 'string')
    next(valid ? undefined : new Refused('invalid-offset'))
  }

  return { require, validResume }
}

/** Refuses sockets of a nonexistent namespace, with a reason as in others. */
export const refuseUnknown: Middleware = (_socket, next) => next(new Refused('not-found'))
