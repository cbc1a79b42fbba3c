import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { DescribedRoute } from '../http/docs-app.js'
import { onDemand } from '../http/lazy-app.js'
import { cookieNames } from '../http/token-cookies.js'

const PREFIX = '/docs'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Responses by status as the description shows them, where the schema for serialising them says less. */
    documented?: Record<number, object>
    /** Requests sent by the program because of this route, by name, for the `webhooks` of the description. */
    webhooks?: Record<string, object>
  }
}

/**
 * The API's own description: OpenAPI 3.1 at /docs/json, made from the routes' schemas, and a page at /docs. Their code
 * takes a tenth of a second to load, and some ten megabytes, so it is loaded at the first request.
 */
export default fp(
  async (app) => {
    const routes: RouteOptions[] = []
    app.addHook('onRoute', (route) => {
      if (route.method !== 'HEAD' && !route.schema?.hide) routes.push(route)
    })
    // Read late: hooks of scopes, which run after this one, add to the schemas.
    const describe = ({ method, url, schema, config = {} }: RouteOptions): DescribedRoute => ({
      method,
      url,
      config,
      ...(schema && { schema }),
    })

    const serve = onDemand(async () => {
      const { buildDocs } = await import('../http/docs-app.js')
      const { production, shopName } = app.config
      const cookies = cookieNames(production, app.basePath)
      const { basePath } = app
      return buildDocs(routes.map(describe), { prefix: PREFIX, basePath, cookies, shopName })
    })
    for (const url of [PREFIX, `${PREFIX}/*`]) app.get(url, { schema: { hide: true } }, serve)
  },
  { name: 'openapi', dependencies: ['config', 'security'] },
)
