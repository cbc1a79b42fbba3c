import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'

/** The API's own description: OpenAPI 3.1 at /docs/json, made from the routes' schemas, and a page at /docs. */
export default fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Stockroom',
          version: '0.1.0',
          description: 'Orders and inventory: never sells what is not there, never loses an order.',
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
            cookie: { type: 'apiKey', in: 'cookie', name: 'access_token' },
            refreshCookie: { type: 'apiKey', in: 'cookie', name: 'refresh_token' },
          },
        },
        security: [{ bearer: [] }, { cookie: [] }],
      },
    })
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      // Over plain HTTP, from another machine, it would make a browser ask for the page's parts over TLS in vain.
      transformStaticCSP: (policy) =>
        app.config.production ? policy : policy.replace(/upgrade-insecure-requests;?/, ''),
    })
  },
  { name: 'openapi', dependencies: ['config', 'security'] },
)
