import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { acceptedBy, etagOf } from './etag.js'
import {
  Adjustment,
  NewProduct,
  ProductChanges,
  ProductParams,
  productResponse,
  WriteConditions,
} from './schema.js'

const refused = ['invalidRequest', ...unreadable, 'unauthenticated', 'forbidden', 'crossSite'] as const
const always = ['rateLimited', 'overloaded'] as const

/** Changing the catalogue. */
const products: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('products:write'))

  app.post(
    '',
    {
      config: { told: { event: 'sensitive_create', fields: ['price', 'stock'] } },
      schema: {
        operationId: 'createProduct',
        tags: ['products'],
        summary: 'Add a product',
        body: NewProduct,
        response: {
          201: productResponse('The new product', ['Location']),
          ...refusals(...refused, ...always),
        },
      },
    },
    async (request, reply) => {
      const { product, version } = await app.catalog.create(request.body, app.auth.actorOf(request))
      reply
        .code(201)
        .header('etag', etagOf(app.eventLog.epochTag(), version))
        .header('location', `/products/${product.id}`)
      return product
    },
  )

  app.patch(
    '/:id',
    {
      config: { told: { event: 'sensitive_update', fields: ['price', 'stock'] } },
      schema: {
        operationId: 'updateProduct',
        tags: ['products'],
        summary: 'Change a product',
        description:
          'Changes the fields that are sent. With If-Match, a product that somebody else has changed is not modified.',
        params: ProductParams,
        headers: WriteConditions,
        body: ProductChanges,
        response: {
          200: productResponse('The product as it is now'),
          ...refusals(...refused, 'notFound', 'preconditionFailed', ...always),
        },
      },
    },
    async (request, reply) => {
      const { product, version } = await app.catalog.update(request.params.id, request.body, {
        ...app.auth.actorOf(request),
        accepts: acceptedBy(request.headers['if-match'], app.eventLog.epochTag()),
      })
      reply.header('etag', etagOf(app.eventLog.epochTag(), version))
      return product
    },
  )

  app.delete(
    '/:id',
    {
      config: { told: { event: 'sensitive_delete' } },
      schema: {
        operationId: 'deleteProduct',
        tags: ['products'],
        summary: 'Take a product off sale',
        description:
          'The product leaves the lists and can no longer be ordered; existing orders are unchanged.',
        params: ProductParams,
        headers: WriteConditions,
        response: {
          204: Type.Null({ description: 'Deleted' }),
          ...refusals(...unreadable, 'unauthenticated', 'forbidden', 'crossSite', 'notFound'),
          ...refusals('preconditionFailed', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      await app.catalog.remove(request.params.id, {
        ...app.auth.actorOf(request),
        accepts: acceptedBy(request.headers['if-match'], app.eventLog.epochTag()),
      })
      return reply.code(204).send(null)
    },
  )
}

/** Changing the stock alone. */
const stock: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('stock:adjust'))

  app.post(
    '/:id/stock-adjustments',
    {
      config: { told: { event: 'sensitive_update', fields: ['delta'] } },
      schema: {
        operationId: 'adjustStock',
        tags: ['products'],
        summary: 'Add to or take from the stock',
        description: 'Relative to the stock at that moment, so that orders placed in between count.',
        params: ProductParams,
        headers: WriteConditions,
        body: Adjustment,
        response: {
          200: productResponse('The product as it is now'),
          ...refusals(
            ...refused,
            'notFound',
            'insufficientStock',
            'stockLimit',
            'preconditionFailed',
            ...always,
          ),
        },
      },
    },
    async (request, reply) => {
      const { delta, reason } = request.body
      const { product, version } = await app.catalog.adjustStock(request.params.id, delta, reason, {
        ...app.auth.actorOf(request),
        accepts: acceptedBy(request.headers['if-match'], app.eventLog.epochTag()),
      })
      reply.header('etag', etagOf(app.eventLog.epochTag(), version))
      return product
    },
  )
}

const writing: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(products)
  await app.register(stock)
}

export default writing
