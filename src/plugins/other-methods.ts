import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route is there to refuse a method of its path. */
    refused?: true
  }
}

/**
 * Refuses the missing methods of fixed paths, where the router would take a pattern instead: otherwise
 * `GET /orders/status` asks for an order with the id `status`. Registered after all routes.
 */
export default fp(
  async (app) => {
    for (const { url, methods } of app.knownPaths.shadows())
      app.route({
        url,
        // Fastify adds HEAD to GET.
        method: methods.filter((method) => method !== 'HEAD' || !methods.includes('GET')),
        config: { refused: true },
        schema: { hide: true },
        onRequest: async (request, reply) => app.knownPaths.refuse(request, reply, url),
        handler: async (request, reply) => app.knownPaths.refuse(request, reply, url),
      })
  },
  { name: 'other-methods', dependencies: ['known-paths'] },
)
