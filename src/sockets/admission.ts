import type { IncomingMessage } from 'node:http'
import type { RefusalCode } from '../stream/events.js'
import type { IoSocket, TokenHolder } from './types.js'

/** A connect_error that tells the client why, in `data.code`. */
class Refused extends Error {
  readonly data: { code: RefusalCode }
  constructor(code: RefusalCode) {
    super(code)
    this.data = { code }
  }
}

type Middleware = (socket: IoSocket, next: (error?: Error) => void) => void

export interface AdmissionOptions {
  /** Whom an access token speaks for; throws when it is not good, or its session has ended. */
  verify(token: string): TokenHolder
  /** The access token in the cookies of a handshake. */
  cookieToken(request: IncomingMessage): string | undefined
  /** Whether a browser says that the handshake comes from a page of another origin. */
  isForeign(request: IncomingMessage): boolean
}

/** Who may connect to a namespace: middlewares for its `use`. */
export function createAdmission({ verify, cookieToken, isForeign }: AdmissionOptions) {
  const holderOf = ({ handshake, request }: IoSocket): TokenHolder | undefined => {
    const { token } = handshake.auth as { token?: unknown }
    try {
      if (token !== undefined) return typeof token === 'string' ? verify(token) : undefined
      const cookie = cookieToken(request)
      // A cookie comes along on whatever page the browser is; a page of our own must be behind it.
      return cookie === undefined || isForeign(request) ? undefined : verify(cookie)
    } catch {
      return undefined
    }
  }

  const signedIn: Middleware = (socket, next) => {
    const holder = holderOf(socket)
    if (!holder) return next(new Refused('unauthorized'))
    socket.data.holder = holder
    next()
  }

  const admin: Middleware = (socket, next) =>
    signedIn(socket, (error) => {
      if (error) next(error)
      else if (socket.data.holder?.role !== 'admin') next(new Refused('forbidden'))
      else next()
    })

  /** For every namespace: what the client says of where it stands must make sense. */
  const soundResume: Middleware = (socket, next) => {
    const { offset, epoch } = socket.handshake.auth as { offset?: unknown; epoch?: unknown }
    const sound =
      (offset == null || (Number.isSafeInteger(offset) && Number(offset) >= 0)) &&
      (epoch == null || typeof epoch === 'string')
    next(sound ? undefined : new Refused('invalid-offset'))
  }

  return { signedIn, admin, soundResume }
}
