import fp from 'fastify-plugin'
import { addLink } from '../http/next-page.js'

interface DeprecationNotice {
  since: Date
  /** When the route goes. */
  sunset?: Date
  /** URL of the page that tells what to use in its place. */
  link?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for a route that clients should stop using. */
    deprecated?: DeprecationNotice
  }
}

/**
 * Has routes with `config: { deprecated }` say so: Deprecation (RFC 9745), Sunset (RFC 8594) and Link in each answer, and
 * `deprecated` in the API's description.
 */
export default fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      const notice = route.config?.deprecated
      if (!notice) return
      const { since, sunset, link } = notice
      route.schema = { ...route.schema, deprecated: true }
      route.onRequest = [
        (_request, reply, done) => {
          reply.header('deprecation', `@${Math.floor(since.getTime() / 1000)}`)
          if (sunset) reply.header('sunset', sunset.toUTCString())
          if (link) addLink(reply, `<${link}>; rel="deprecation"; type="text/html"`)
          done()
        },
        ...[route.onRequest ?? []].flat(),
      ]
    })
  },
  { name: 'deprecation' },
)
