import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { refusals } from '../../http/refusals.js'
import { VERSION } from '../../version.js'

const ShopConfig = Type.Object(
  {
    shop: Type.String({ description: 'Name of the shop (`SHOP_NAME`)' }),
    currency: Type.String({ description: 'Currency of all amounts (ISO 4217)' }),
    decimals: Type.Integer({ description: 'Most decimals of an amount: the digits of its minor unit' }),
    version: Type.String({ description: 'Version of Stockroom' }),
  },
  {
    title: 'ShopConfig',
    description: 'The shop as clients show it',
    examples: [{ shop: 'Lamp & Shade', currency: 'USD', decimals: 2, version: VERSION }],
  },
)

// It changes with a restart at most.
const CACHE_SECONDS = 60

/** What clients need to show the shop: its name and its currency. */
const config: FastifyPluginAsyncTypebox = async (app) => {
  const { currency, decimals } = app.db.money
  const body = { shop: app.config.shopName, currency, decimals, version: VERSION }

  app.get(
    '',
    {
      schema: {
        operationId: 'getConfig',
        tags: ['operations'],
        summary: 'Name and currency of the shop',
        security: [],
        response: { 200: ShopConfig, ...refusals('rateLimited') },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${CACHE_SECONDS}`)
      return body
    },
  )
}

export default config
