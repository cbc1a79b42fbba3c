import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { buildPages, DescribedRoute } from '../openapi/pages.js'

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

    let pages: ReturnType<typeof buildPages> | undefined
    const open = async () => {
      const { buildPages } = await import('../openapi/pages.js')
      return buildPages(routes, { prefix: PREFIX, tls: app.config.production })
    }
    async function serve({ url, headers }: FastifyRequest, reply: FastifyReply) {
      pages ??= open()
      const answer = await (await pages).inject({ url, headers })
      if (answer.statusCode === 404) return reply.callNotFound()
      const { connection, date, ...said } = answer.headers
      return reply.code(answer.statusCode).headers(said).send(answer.rawPayload)
    }
    for (const url of [PREFIX, `${PREFIX}/*`]) app.get(url, { schema: { hide: true } }, serve)
  },
  { name: 'openapi', dependencies: ['config', 'security'] },
)
