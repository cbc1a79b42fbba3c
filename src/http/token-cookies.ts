import type { IncomingHttpHeaders } from 'node:http'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { DEVICE_SECONDS } from '../accounts/lockout/known-devices.js'

const PATHS = { access: '/', refresh: '/auth', device: '/auth' } as const
type TokenKind = keyof typeof PATHS

/**
 * Cookie names. In production browsers refuse a `__Host-` cookie of another host or path, and both prefixes over plain
 * HTTP (RFC 6265bis, 4.1.3). The other two have a path, which only `__Secure-` allows, and below a base path so has the first.
 */
export const cookieNames = (production: boolean, basePath: string): Record<TokenKind, string> =>
  production
    ? {
        access: basePath === '' ? '__Host-access_token' : '__Secure-access_token',
        refresh: '__Secure-refresh_token',
        device: '__Secure-device_token',
      }
    : { access: 'access_token', refresh: 'refresh_token', device: 'device_token' }

interface Tokens {
  accessToken: string
  /** Lifetime of the access token, in seconds. */
  expiresIn: number
  refreshToken: string
  /** Expiry of the session and its refresh token. */
  expiresAt: Date
}

/**
 * Returns the value of the cookie `name`. A repeated cookie counts as missing: a sibling host may have set the other, and
 * their order is up to the browser (RFC 6265, 5.4; cookie tossing).
 */
function cookieValue(cookies: string | undefined, name: string): string | undefined {
  const start = `${name}=`
  const values = (cookies ?? '').split(';').flatMap((pair) => {
    const text = pair.trim()
    return text.startsWith(start) ? [text.slice(start.length)] : []
  })
  return values.length === 1 ? values[0] : undefined
}

export type TokenCookies = ReturnType<typeof createTokenCookies>

/**
 * Reads and writes the cookies of a sign-in.
 * @param production whether cookies are Secure
 * @param basePath the path below which clients find the shop: other shops of the host have other cookies
 */
export function createTokenCookies(production: boolean, basePath: string) {
  const names = cookieNames(production, basePath)
  const options = (kind: TokenKind): CookieSerializeOptions => ({
    path: kind === 'access' && basePath !== '' ? basePath : `${basePath}${PATHS[kind]}`,
    httpOnly: true,
    // SameSite=Strict and scoped to /auth: no other site can make a browser send it, and no other route sees it.
    sameSite: kind === 'access' ? 'lax' : 'strict',
    secure: production,
  })

  return {
    /** Returns the token of the given kind from the Cookie header, if there is exactly one. */
    read: (kind: TokenKind, headers: IncomingHttpHeaders): string | undefined =>
      cookieValue(headers.cookie, names[kind]) || undefined,

    set(reply: FastifyReply, { accessToken, expiresIn, refreshToken, expiresAt }: Tokens): void {
      const left = Math.max(0, Math.round((expiresAt.getTime() - Date.now()) / 1000))
      reply.setCookie(names.access, accessToken, { ...options('access'), maxAge: expiresIn })
      reply.setCookie(names.refresh, refreshToken, { ...options('refresh'), maxAge: left })
    },

    /** Gives a client a proof of its sign-in, which outlives the session. */
    setDevice(reply: FastifyReply, deviceToken: string): void {
      reply.setCookie(names.device, deviceToken, { ...options('device'), maxAge: DEVICE_SECONDS })
    },

    /** Clears the tokens of a session. The device stays known. */
    clear(reply: FastifyReply): void {
      reply.clearCookie(names.access, options('access'))
      reply.clearCookie(names.refresh, options('refresh'))
    },
  }
}
