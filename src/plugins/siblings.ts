import fp from 'fastify-plugin'
import type { Siblings } from '../workers/siblings.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The other processes of a server with WORKERS; undefined if there is this one alone. */
    siblings: Siblings | undefined
    /** Whether this process does the shop's work in the background. With WORKERS, the committer does. */
    hasJobs: boolean
  }
}

/** Decorates `app.siblings` and `app.hasJobs`. */
export default fp<{ siblings: Siblings | undefined }>(
  async (app, { siblings }) => {
    app.decorate('siblings', { getter: () => siblings })
    app.decorate('hasJobs', siblings?.role !== 'worker')
  },
  { name: 'siblings' },
)
