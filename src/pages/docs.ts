import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type RouteOptions } from 'fastify'
import { VERSION } from '../version.js'

/** A route as its onRoute hook saw it, of which the description tells. */
export type DescribedRoute = Pick<RouteOptions, 'method' | 'url' | 'schema'>

export interface DocsOptions {
  /** Where the pages are: `/docs`. */
  prefix: string
  /** The names of the cookies that tokens are sent in. */
  cookies: { access: string; refresh: string }
}

/**
 * Builds the application that serves the description of `routes`, OpenAPI 3.1 at `/json` and `/yaml`, and a page to read it.
 * It knows the routes by their schemas alone: nothing that is asked of it reaches their handlers.
 */
export async function buildDocs(routes: readonly DescribedRoute[], { prefix, cookies }: DocsOptions) {
  const pages = Fastify({ exposeHeadRoutes: false, routerOptions: { ignoreTrailingSlash: true } })
  // What is only described needs no compiling.
  pages.setValidatorCompiler(() => () => true)
  pages.setSerializerCompiler(() => JSON.stringify)
  await pages.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Stockroom',
        version: VERSION,
        description:
          'Orders and inventory: never sells what is not there, never loses an order. Bodies are JSON in UTF-8. ' +
          'Unknown fields and query parameters are refused; a query parameter without a value counts as not sent.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'auth', description: 'Accounts and sessions' },
        { name: 'products', description: 'The catalogue' },
        { name: 'orders', description: 'Placing and following orders' },
        { name: 'events', description: 'The log of all that happened' },
        { name: 'operations', description: 'Health and metrics' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: { type: 'apiKey', in: 'cookie', name: cookies.access },
          refreshCookie: { type: 'apiKey', in: 'cookie', name: cookies.refresh },
        },
      },
      security: [{ bearer: [] }, { cookie: [] }],
    },
  })
  await pages.register(swaggerUi, {
    routePrefix: prefix,
    staticCSP: true,
    // The page loads only from its own origin, so the directive adds nothing under TLS. Over plain HTTP, from another
    // machine, it makes browsers ask for scripts and styles over TLS, and the page stays blank.
    transformStaticCSP: (policy) => policy.replace(/upgrade-insecure-requests;?/, ''),
  })
  for (const { method, url, schema } of routes)
    pages.route({ method, url, schema, handler: (_request, reply) => reply.callNotFound() })
  await pages.ready()
  return pages
}
