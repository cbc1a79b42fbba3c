import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { DescribedRoute } from '../http/docs-app.js'
import { onDemand } from '../http/lazy-app.js'
import { cookieNames } from '../http/token-cookies.js'

const PREFIX = '/docs'

/**
 * The API's own description: OpenAPI 3.1 at /docs/json, made from the routes' schemas, and a page at /docs. What makes and
 * serves them takes a tenth of a second to load, and some ten megabytes: it is loaded when somebody asks for the first.
 */
export default fp(
  async (app) => {
    const routes: RouteOptions[] = []
    app.addHook('onRoute', (route) => {
      if (route.method !== 'HEAD' && !route.schema?.hide) routes.push(route)
    })
    // Read late: hooks of scopes, which run after this one, add to the schemas.
    const describe = ({ method, url, schema }: RouteOptions): DescribedRoute => ({
      method,
      url,
      ...(schema && { schema }),
    })

    const serve = onDemand(async () => {
      const { buildDocs } = await import('../http/docs-app.js')
      const { production } = app.config
      return buildDocs(routes.map(describe), { prefix: PREFIX, cookies: cookieNames(production) })
    })
    for (const url of [PREFIX, `${PREFIX}/*`]) app.get(url, { schema: { hide: true } }, serve)
  },
  { name: 'openapi', dependencies: ['config', 'security'] },
)
