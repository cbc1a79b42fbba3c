import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, problems } from '../errors.js'

// The same from src/ and from dist/.
const BUILT = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url))

/**
 * Only what this server itself sent may run, look, or be spoken to: no inline script or style, no other site.
 * Stylesheets written by scripts through the CSSOM need no leave.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const pages: FastifyPluginAsync = async (app) => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', POLICY)
  })
  if (!existsSync(`${BUILT}index.html`)) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new Problem(problems.unavailable, 'The dashboard is not built: run npm run build.')
    })
    return
  }
  // Their names change with what is in them, so they are never asked for twice.
  await app.register(fastifyStatic, {
    root: `${BUILT}assets/`,
    prefix: '/assets/',
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '1y',
  })
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').sendFile('index.html', BUILT, { cacheControl: false }),
  )
}

/** Serves the dashboard at /admin, as `npm run build` made it. */
export default fp(async (app) => app.register(pages, { prefix: '/admin' }), {
  name: 'dashboard',
  dependencies: ['errors', 'security'],
})
