import swagger from '@fastify/swagger'
import Fastify, { type RouteOptions } from 'fastify'
import { VERSION } from '../version.js'
import { addPage } from './docs-page.js'
import { finishDocument } from './openapi/finish.js'
import { securityOf, securitySchemes } from './openapi/security.js'

/** A route to document, as seen by the onRoute hook. */
export type DescribedRoute = Pick<RouteOptions, 'method' | 'url' | 'schema' | 'config'>

export interface DocsOptions {
  /** Prefix of the pages: `/docs`. */
  prefix: string
  /** The path below which clients find the shop; empty at the root. */
  basePath: string
  /** Names of the token cookies. */
  cookies: { access: string; refresh: string }
  /** The name of the shop, for the title of the page. */
  shopName: string
}

/**
 * Content-Security-Policy for only this server's files and API ("Try it out").
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Swagger UI lays its page out by style attributes; style elements stay forbidden.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/** Returns the route with the descriptions of its configuration added to the schema. */
function described({ method, url, schema = {}, config }: DescribedRoute) {
  const response = { ...(schema.response as object), ...config?.documented }
  const security = schema.security ?? (config?.access && securityOf(config.access))
  return { method, url, schema: { ...schema, response, ...(security && { security }) } }
}

/**
 * Builds the application with the OpenAPI 3.1 document of `routes`, at `/json` and `/yaml`, and a page to read it.
 * It has only the schemas of the routes: no request reaches their handlers.
 */
export async function buildDocs(
  routes: readonly DescribedRoute[],
  { prefix, basePath, cookies, shopName }: DocsOptions,
) {
  const webhooks = Object.assign({}, ...routes.map(({ config }) => config?.webhooks))
  const pages = Fastify({ exposeHeadRoutes: false, routerOptions: { ignoreTrailingSlash: true } })
  // Documented schemas need no compiling.
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
          'Unknown fields and query parameters are refused; a query parameter without a value counts as not sent. ' +
          `The live events are described in [AsyncAPI](${prefix}/asyncapi.json).`,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePath || '/' }],
      tags: [
        { name: 'auth', description: 'Accounts and sessions' },
        { name: 'users', description: 'Managing users' },
        { name: 'audit', description: 'Who changed what' },
        { name: 'api-keys', description: 'Keys for programs' },
        { name: 'products', description: 'The catalogue' },
        { name: 'orders', description: 'Placing and following orders' },
        { name: 'events', description: 'The log of all that happened' },
        { name: 'webhooks', description: 'Having events sent to other programs' },
        { name: 'operations', description: 'Health and metrics' },
      ],
      components: {
        securitySchemes: securitySchemes(cookies),
      },
      security: [{ bearer: [] }, { cookie: [] }],
    },
    transformObject: (document) =>
      'openapiObject' in document
        ? finishDocument({ ...document.openapiObject, webhooks })
        : document.swaggerObject,
  })
  await addPage(pages, { prefix, basePath, title: `${shopName} API`, policy: POLICY })
  for (const route of routes)
    pages.route({ ...described(route), handler: (_request, reply) => reply.callNotFound() })
  await pages.ready()
  return pages
}
