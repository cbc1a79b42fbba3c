import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import actions from './actions.js'
import managing from './managing.js'
import reading from './reading.js'

/** Webhooks: the log's events, delivered over HTTP. */
const webhooks: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('webhooks:manage'))
  await app.register(reading)
  await app.register(managing)
  await app.register(actions)
}

export default webhooks
