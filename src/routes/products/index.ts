import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import reading from './reading.js'
import writing from './writing.js'

/** The catalogue. */
const products: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(reading)
  await app.register(writing)
}

export default products
