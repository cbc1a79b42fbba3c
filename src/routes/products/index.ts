import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import deleted from './deleted.js'
import exporting from './exporting.js'
import importing from './importing.js'
import ledger from './ledger.js'
import reading from './reading.js'
import stocktaking from './stocktaking.js'
import writing from './writing.js'

/** The catalogue. */
const products: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(reading)
  await app.register(ledger)
  await app.register(writing)
  await app.register(deleted)
  await app.register(stocktaking)
  await app.register(exporting)
  await app.register(importing)
}

export default products
