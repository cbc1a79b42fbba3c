import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Logs, once a minute at most, a sign-in whose browser drops the cookies. */
    warnOfPlainHttp(request: FastifyRequest): void
  }
}

const EVERY_MS = 60_000

/** Decorates `app.warnOfPlainHttp`: in production cookies are Secure, and a sign-in over plain HTTP seems to have no effect. */
export default fp(
  async (app) => {
    let quietUntil = 0
    app.decorate('warnOfPlainHttp', (request: FastifyRequest) => {
      if (!app.config.production || !app.forwarding.isFromPlainHttp(request.raw)) return
      const now = performance.now()
      if (now < quietUntil) return
      quietUntil = now + EVERY_MS
      request.log.warn(
        { origin: request.headers.origin },
        'a browser signed in over plain HTTP and drops the cookies, which are for HTTPS only under NODE_ENV=production',
      )
    })
  },
  { name: 'plain-http', dependencies: ['config', 'forwarding'] },
)
