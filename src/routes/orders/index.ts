import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import cancelling from './cancelling.js'
import exporting from './exporting.js'
import listing from './listing.js'
import moving from './moving.js'
import placing from './placing.js'
import reading from './reading.js'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  for (const scope of [placing, listing, exporting, reading, cancelling, moving]) app.register(scope)
}

export default routes
