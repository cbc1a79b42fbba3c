import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import changing from './changing.js'
import placing from './placing.js'
import reading from './reading.js'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  for (const scope of [placing, changing, reading]) app.register(scope)
}

export default routes
