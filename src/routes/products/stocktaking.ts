import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { StockOutcome } from '../../catalog/take-stock.js'
import { invalidRequest } from '../../errors.js'
import { problemBody } from '../../http/raw-answer.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { MAX_LINES, StockOutcomes, Stocktake } from './stocktaking-schema.js'

/** Room for a thousand lines with the longest SKUs and numbers. */
const BODY_LIMIT_BYTES = 256 * 1024

/** Returns a line of the answer. */
function answerLine(outcome: StockOutcome, requestId: string) {
  const { sku, productId } = outcome.line
  const name = { ...(sku !== undefined && { sku }), ...(productId !== undefined && { productId }) }
  if ('product' in outcome) return { ...name, status: 200, product: outcome.product }
  const { problem } = outcome
  return { ...name, status: problem.statusCode, problem: JSON.parse(problemBody(problem, requestId)) }
}

/** Changing the stock of many products. */
const stocktaking: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('stock:adjust'))

  app.put(
    '/stock',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      // Before the schema, which would list the faults of 80,000 lines.
      preValidation: (request, _reply, done) => {
        const { items } = (request.body ?? {}) as { items?: unknown }
        const isLong = Array.isArray(items) && items.length > MAX_LINES
        done(
          isLong
            ? invalidRequest([{ path: 'items', message: `must have at most ${MAX_LINES} items` }])
            : undefined,
        )
      },
      config: { idempotent: true, told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'takeStock',
        tags: ['products'],
        summary: 'Set or adjust the stock of many products',
        description:
          'Each line names a product by its `sku` or `productId`, and its `stock` as counted or a `delta`. A line whose `expected` is not the stock at that moment, or that is refused for another reason, changes nothing and harms no other. A body with a malformed line, or with a product in two lines, is refused as a whole.',
        body: Stocktake,
        response: {
          200: StockOutcomes,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'forbidden',
            'crossSite',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { items: lines, reason } = request.body
      return app.once(
        reply,
        (remember) => app.catalog.takeStock({ lines, reason }, { ...app.auth.actorOf(request), remember }),
        (outcomes: StockOutcome[]) => ({
          body: { items: outcomes.map((outcome) => answerLine(outcome, request.id)) },
        }),
      )
    },
  )
}

export default stocktaking
