import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, problems } from '../../errors.js'
import { onDemand } from '../../http/lazy-app.js'
import { ROOT } from '../../paths.js'

const PREFIX = '/admin'

const BUILT = join(ROOT, 'dist/dashboard/')

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
  "object-src 'none'",
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
  const serve = onDemand(async () => {
    const { buildDashboardPages } = await import('./app.js')
    return buildDashboardPages(BUILT, PREFIX)
  })
  for (const url of ['/', '/assets/*']) app.get(url, { schema: { hide: true } }, serve)
}

/** Serves the dashboard at /admin, as `npm run build` made it. */
export default fp(async (app) => app.register(pages, { prefix: PREFIX }), {
  name: 'dashboard',
  dependencies: ['errors', 'security'],
})
