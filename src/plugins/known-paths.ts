import fp from 'fastify-plugin'
import { Problem, problems } from '../errors.js'
import { createKnownPaths, type KnownPaths } from '../http/known-paths.js'

declare module 'fastify' {
  interface FastifyInstance {
    knownPaths: KnownPaths & {
      /** Refuses a request without a route: 405 if its path has other methods, else 404. @throws Problem */
      refuse(request: FastifyRequest, reply: FastifyReply, path?: string): never
    }
  }
}

/** Decorates `app.knownPaths`, and answers requests without a route. */
export default fp(
  async (app) => {
    const paths = createKnownPaths()
    app.addHook('onRoute', ({ method, url, config }) => {
      // OPTIONS has a route for every path, which answers preflights.
      if (config?.refused) return
      for (const each of [method].flat()) if (each !== 'OPTIONS') paths.add(each, url)
    })
    app.decorate('knownPaths', {
      ...paths,
      refuse({ url, method }, reply, path = url.split(/[?#]/, 1)[0] ?? '') {
        const allowed = paths.methodsOf(path)
        // With its own method among them, the path is of a missing file.
        if (allowed.length === 0 || allowed.includes(method))
          throw new Problem(problems.notFound, 'There is nothing at this address.')
        reply.header('allow', allowed.join(', '))
        throw new Problem(problems.methodNotAllowed, `This address allows ${allowed.join(', ')}.`)
      },
    })
    app.setNotFoundHandler((request, reply) => app.knownPaths.refuse(request, reply))
  },
  { name: 'known-paths', dependencies: ['errors'] },
)
