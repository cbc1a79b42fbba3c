import cors from '@fastify/cors'
import fp from 'fastify-plugin'

/**
 * What an API says to browsers (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html): an answer
 * is data, never a page to run, to frame or to guess a type for. What is a page sets a policy of its own.
 */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** A year. Over plain HTTP browsers ignore it; a server in production stands behind TLS. */
const TLS_ALONE = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }

/**
 * The headers of every answer, by name in lower case: also of those that never reach Fastify.
 * @param production whether the server stands behind TLS
 */
export const securityHeaders = (production: boolean): Record<string, string> => ({
  ...HEADERS,
  ...(production && TLS_ALONE),
})

/** Security headers on every answer, and CORS for the origins of the settings alone. */
export default fp(
  async (app) => {
    const { corsOrigins, production } = app.config
    const headers = securityHeaders(production)
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers)
      done()
    })
    if (corsOrigins.length === 0) return
    await app.register(cors, {
      origin: corsOrigins,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'],
      exposedHeaders: [
        'etag',
        'location',
        'retry-after',
        'idempotent-replayed',
        'ratelimit',
        'ratelimit-policy',
      ],
      maxAge: 600,
      // Else it answers some OPTIONS with an error of its own, in plain text.
      strictPreflight: false,
    })
  },
  { name: 'security', dependencies: ['config'] },
)
