import type { IncomingHttpHeaders } from 'node:http'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { ACCESS_TOKEN_SECONDS } from '../accounts/token-life.js'

const PATHS = { access: '/', refresh: '/auth' } as const
type TokenKind = keyof typeof PATHS

/**
 * The names of the cookies. In production browsers refuse a `__Host-` cookie of another host or path, and both over
 * plain HTTP (RFC 6265bis, 4.1.3). The refresh token's has a path, which only `__Secure-` allows.
 */
export const cookieNames = (production: boolean): Record<TokenKind, string> =>
  production
    ? { access: '__Host-access_token', refresh: '__Secure-refresh_token' }
    : { access: 'access_token', refresh: 'refresh_token' }

interface Tokens {
  accessToken: string
  refreshToken: string
  /** When the session ends, and its refresh token with it. */
  expiresAt: Date
}

/**
 * The value of the cookie `name`. One that is sent twice counts as not sent: a page on a sibling host may have set the
 * other one, and which of the two comes first is not ours to say (RFC 6265, 5.4).
 */
function valueOf(cookies: string | undefined, name: string): string | undefined {
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
 * @param production whether browsers may send them over TLS alone
 */
export function createTokenCookies(production: boolean) {
  const names = cookieNames(production)
  const options = (kind: TokenKind): CookieSerializeOptions => ({
    path: PATHS[kind],
    httpOnly: true,
    // Strict and for /auth alone: no other site can make a browser send it, and no other route sees it.
    sameSite: kind === 'refresh' ? 'strict' : 'lax',
    secure: production,
  })

  return {
    /** The token of that kind in the Cookie header, if there is exactly one. */
    read: (kind: TokenKind, headers: IncomingHttpHeaders): string | undefined =>
      valueOf(headers.cookie, names[kind]) || undefined,

    set(reply: FastifyReply, { accessToken, refreshToken, expiresAt }: Tokens): void {
      const left = Math.max(0, Math.round((expiresAt.getTime() - Date.now()) / 1000))
      reply.setCookie(names.access, accessToken, { ...options('access'), maxAge: ACCESS_TOKEN_SECONDS })
      reply.setCookie(names.refresh, refreshToken, { ...options('refresh'), maxAge: left })
    },

    clear(reply: FastifyReply): void {
      reply.clearCookie(names.access, options('access'))
      reply.clearCookie(names.refresh, options('refresh'))
    },
  }
}
