import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ledgerCauses } from '../../contract/ledger.js'
import { linkNext } from '../../http/next-page.js'
import { refusals } from '../../http/refusals.js'
import { queryOf, stringEnum } from '../../http/schema.js'
import { ProductParams } from './schema.js'

const example = {
  at: '2026-11-22T16:54:00.000Z',
  delta: -2,
  stock: 38,
  cause: 'order',
  orderId: '019aa3c2-b7d4-7a10-9c55-0e4f6b2a8d31',
  actor: { type: 'user', id: '019aa3c2-9c31-7be0-8a6d-2b7f4e1d9c53', name: 'Grace Hopper' },
}

const Entry = Type.Object(
  {
    at: Type.String({ format: 'date-time' }),
    delta: Type.Integer({ description: 'Units added, or taken if negative' }),
    stock: Type.Integer({ description: 'The stock after the change' }),
    cause: stringEnum(ledgerCauses, { title: 'LedgerCause' }),
    orderId: Type.Optional(
      Type.String({ description: 'The order that took the stock, or that was cancelled' }),
    ),
    reason: Type.Optional(Type.String()),
    actor: Type.Object({
      type: stringEnum(['user', 'key', 'system']),
      id: Type.Union([Type.String(), Type.Null()], { description: 'Null for the system' }),
      name: Type.String({ description: 'As it is now; `Deleted user` after an erasure' }),
    }),
  },
  { title: 'LedgerEntry' },
)

const LedgerPage = Type.Object(
  {
    items: Type.Array(Entry),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null at the end' }),
  },
  {
    title: 'LedgerPage',
    description: 'Changes of the stock, newest first',
    examples: [{ items: [example], nextCursor: null }],
  },
)

const Time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

const LedgerQuery = queryOf({
  from: Time('The earliest time'),
  to: Time('The end of the range, which is not part of it'),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
})

/** Why the stock of a product is what it is. */
const ledger: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('ledger:read'))

  app.get(
    '/:id/ledger',
    {
      schema: {
        operationId: 'getLedger',
        tags: ['products'],
        summary: 'Changes of the stock, newest first',
        description:
          'Every change of the stock, with the stock after it, its cause and who made it. That of a deleted product stays. ' +
          'Begins with an opening balance for products of a version without a ledger.',
        params: ProductParams,
        querystring: LedgerQuery,
        response: {
          200: LedgerPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'notFound', 'rateLimited'),
        },
      },
    },
    async ({ params, query }, reply) => {
      const page = await app.catalog.ledger(params.id, query)
      linkNext(reply, page.nextCursor)
      return page
    },
  )
}

export default ledger
