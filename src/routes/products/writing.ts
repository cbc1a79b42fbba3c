import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { VersionedProduct } from '../../catalog/product.js'
import { acceptedBy, etagOf } from '../../http/etag.js'
import { refusals, unreadable } from '../../http/refusals.js'
import {
  Adjustment,
  newProduct,
  ProductParams,
  productChanges,
  productResponse,
  WriteConditions,
} from './schema.js'

const refused = ['invalidRequest', ...unreadable, 'unauthenticated', 'forbidden', 'crossSite'] as const
const always = ['rateLimited', 'overloaded'] as const

/** Returns the author of a change, and the versions it expects. */
const changeOf = (request: FastifyRequest) => ({
  ...request.server.auth.actorOf(request),
  accepts: acceptedBy(request.headers['if-match'], request.server.eventLog.epochTag()),
})

/** Returns the answer with a product as it is now. */
const productAnswer =
  (app: FastifyInstance) =>
  ({ product, version }: VersionedProduct) => ({
    headers: { etag: etagOf(app.eventLog.epochTag(), version) },
    body: product,
  })

/** Changing the catalogue. */
const products: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('products:write'))

  app.post(
    '',
    {
      config: { idempotent: true, told: { event: 'sensitive_create', fields: ['price', 'stock'] } },
      schema: {
        operationId: 'createProduct',
        tags: ['products'],
        summary: 'Add a product',
        body: newProduct(app.db.money),
        response: {
          201: productResponse('The new product', ['Location']),
          ...refusals(...refused, 'skuTaken', ...always),
        },
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        (remember) => app.catalog.create(request.body, { ...app.auth.actorOf(request), remember }),
        ({ product, version }: VersionedProduct) => ({
          status: 201,
          headers: {
            etag: etagOf(app.eventLog.epochTag(), version),
            location: `${app.basePath}/products/${product.id}`,
          },
          body: product,
        }),
      ),
  )

  app.patch(
    '/:id',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['price', 'stock'] } },
      schema: {
        operationId: 'updateProduct',
        tags: ['products'],
        summary: 'Change a product',
        description:
          'Changes the fields that are sent. With If-Match, a product that somebody else has changed is not modified.',
        params: ProductParams,
        headers: WriteConditions,
        body: productChanges(app.db.money),
        response: {
          200: productResponse('The product as it is now'),
          ...refusals(...refused, 'notFound', 'skuTaken', 'preconditionFailed', ...always),
        },
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        (remember) => app.catalog.update(request.params.id, request.body, { ...changeOf(request), remember }),
        productAnswer(app),
      ),
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
          ...refusals(
            ...unreadable,
            'unauthenticated',
            'forbidden',
            'crossSite',
            'notFound',
            'preconditionFailed',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      await app.catalog.remove(request.params.id, changeOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/:id/restore',
    {
      config: { idempotent: true, told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'restoreProduct',
        tags: ['products'],
        summary: 'Put a deleted product back on sale',
        description:
          'The product returns to the lists and can be ordered again, with the id, price and stock it has. A product that is ' +
          'on sale stays as it is, and matches any version in If-Match. 409 if another product has its SKU by now.',
        params: ProductParams,
        headers: WriteConditions,
        response: {
          200: productResponse('The product as it is now'),
          ...refusals(
            ...unreadable,
            'unauthenticated',
            'forbidden',
            'crossSite',
            'notFound',
            'skuTaken',
            'preconditionFailed',
            ...always,
          ),
        },
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        (remember) => app.catalog.restore(request.params.id, { ...changeOf(request), remember }),
        productAnswer(app),
      ),
  )
}

/** Changing the stock alone. */
const stock: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('stock:adjust'))

  app.post(
    '/:id/stock-adjustments',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['delta'] } },
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
      return app.once(
        reply,
        (remember) =>
          app.catalog.adjustStock(request.params.id, delta, reason, { ...changeOf(request), remember }),
        productAnswer(app),
      )
    },
  )
}

const writing: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(products)
  await app.register(stock)
}

export default writing
