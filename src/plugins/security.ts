import cors from '@fastify/cors'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { isSecure } from '../connections/response.js'
import { Problem, problems } from '../errors.js'

/**
 * What an API says to browsers (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html): an answer
 * is data, never a page to run, to frame or to guess a type for. What is a page sets a policy of its own.
 */
const HEADERS = {
  // What answers is somebody's own unless a scope of routes says otherwise: nothing between here and there keeps it.
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** A year. Over plain HTTP browsers ignore it; a server in production stands behind TLS. */
const TLS_ALONE = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }

/**
 * The headers of every answer, by name in lower case: also of those outside Fastify.
 * @param production whether the server stands behind TLS
 */
export const securityHeaders = (production: boolean): Record<string, string> => ({
  ...HEADERS,
  ...(production && TLS_ALONE),
})

const ORIGIN_SHOWN = 200

/** Whether a browser asks by `request` if a page may send another (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
const isPreflight = ({ method, headers }: FastifyRequest) =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/** Security headers on every answer, and CORS for the origins of the settings alone. */
export default fp(
  async (app) => {
    const { corsOrigins, production } = app.config
    const headers = securityHeaders(production)
    app.addHook('onRequest', (_request, reply, done) => {
      // Inside another program, and where a request is injected, the response adds none.
      if (!isSecure(reply.raw)) reply.headers(headers)
      done()
    })
    app.addHook('onRequest', (request, _reply, done) => {
      const { origin } = request.headers
      if (isPreflight(request) && !corsOrigins.includes(String(origin)))
        throw new Problem(
          problems.originNotAllowed,
          `Pages of ${origin?.slice(0, ORIGIN_SHOWN)} may not call this API: CORS_ORIGIN lists those that may.`,
        )
      done()
    })
    if (corsOrigins.length === 0) return
    await app.register(cors, {
      origin: corsOrigins,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'],
      exposedHeaders: [
        'etag',
        'location',
        'password-required',
        'retry-after',
        'idempotent-replayed',
        'ratelimit',
        'ratelimit-policy',
        'link',
        'deprecation',
        'sunset',
      ],
      maxAge: 600,
      // Else it answers some OPTIONS with an error of its own, in plain text.
      strictPreflight: false,
    })
  },
  { name: 'security', dependencies: ['config', 'errors'] },
)
