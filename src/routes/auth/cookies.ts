import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { ACCESS_TOKEN_SECONDS } from '../../accounts/token-life.js'

// Strict and for /auth alone: no other site can make a browser send it, and no other route sees it.
const refresh = {
  path: '/auth',
  httpOnly: true,
  sameSite: 'strict',
} as const satisfies CookieSerializeOptions
const access = { path: '/', httpOnly: true, sameSite: 'lax' } as const satisfies CookieSerializeOptions

interface Tokens {
  accessToken: string
  refreshToken: string
  /** When the session ends, and its refresh token with it. */
  expiresAt: Date
}

/** @param secure whether browsers may send the cookies over TLS alone */
export function setTokenCookies(reply: FastifyReply, tokens: Tokens, secure: boolean): void {
  const left = Math.round((tokens.expiresAt.getTime() - Date.now()) / 1000)
  reply.setCookie('access_token', tokens.accessToken, { ...access, secure, maxAge: ACCESS_TOKEN_SECONDS })
  reply.setCookie('refresh_token', tokens.refreshToken, { ...refresh, secure, maxAge: left })
}

export function clearTokenCookies(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie('access_token', { ...access, secure })
  reply.clearCookie('refresh_token', { ...refresh, secure })
}
