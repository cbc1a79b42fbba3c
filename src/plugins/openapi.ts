import fp from 'fastify-plugin'
import { cookieNames } from '../http/token-cookies.js'
import type { DescribedRoute } from '../pages/docs.js'
import { onDemand } from '../pages/on-demand.js'

const PREFIX = '/docs'

/**
 * The API's own description: OpenAPI 3.1 at /docs/json, made from the routes' schemas, and a page at /docs. What makes and
 * serves them takes a tenth of a second to load, and some ten megabytes: it is loaded when somebody asks for the first.
 */
export default fp(
  async (app) => {
    const routes: DescribedRoute[] = []
    app.addHook('onRoute', ({ method, url, schema }) => {
      if (method !== 'HEAD' && !schema?.hide) routes.push({ method, url, schema })
    })

    const serve = onDemand(async () => {
      const { buildDocs } = await import('../pages/docs.js')
      const { production } = app.config
      return buildDocs(routes, { prefix: PREFIX, cookies: cookieNames(production) })
    })
    for (const url of [PREFIX, `${PREFIX}/*`]) app.get(url, { schema: { hide: true } }, serve)
  },
  { name: 'openapi', dependencies: ['config', 'security'] },
)
