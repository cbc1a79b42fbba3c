import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { OrderView } from '../../contract/order.js'
import { acceptedBy, etagOf } from '../../http/etag.js'
import { problemBody } from '../../http/raw-answer.js'
import { refusals, unreadable } from '../../http/refusals.js'
import type { StatusOutcome } from '../../orders/change-statuses.js'
import { versionOf } from '../../orders/order.js'
import {
  OrderChanges,
  StatusChanges,
  StatusOutcomes,
  versionedOrder,
  WriteConditions,
} from './changing-schema.js'
import { OrderParams } from './schema.js'

const refused = ['invalidRequest', ...unreadable, 'unauthenticated', 'forbidden', 'crossSite'] as const

/** Returns a line of the answer to a change of many orders. */
function lineOf(outcome: StatusOutcome, requestId: string) {
  if ('order' in outcome) return { id: outcome.id, status: 200, order: outcome.order }
  const { id, problem } = outcome
  return { id, status: problem.statusCode, problem: JSON.parse(problemBody(problem, requestId)) }
}

/** Changing orders: their statuses, notes and metadata. */
const moving: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:change'))

  app.patch(
    '/:id',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['status'] } },
      schema: {
        operationId: 'changeOrderStatus',
        tags: ['orders'],
        summary: 'Change the status, the note or the metadata of an order',
        description:
          '`pending` → `confirmed` → `shipped` → `delivered`; `pending` or `confirmed` → `cancelled`, which returns the stock. ' +
          'With If-Match, an order that somebody else has changed is not modified.',
        params: OrderParams,
        headers: WriteConditions,
        body: OrderChanges,
        response: {
          200: versionedOrder('The order as it is now'),
          ...refusals(
            ...refused,
            'notFound',
            'invalidTransition',
            'preconditionFailed',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const epochTag = app.eventLog.epochTag()
      return app.once(
        reply,
        (remember) =>
          app.orders.edit(request.params.id, request.body, {
            origin: app.auth.originOf(request),
            accepts: acceptedBy(request.headers['if-match'], epochTag),
            remember,
          }),
        (order: OrderView) => ({
          headers: { etag: etagOf(epochTag, versionOf(order.updatedAt)) },
          body: order,
        }),
      )
    },
  )

  app.post(
    '/status',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['status'] } },
      schema: {
        operationId: 'changeOrderStatuses',
        tags: ['orders'],
        summary: 'Change the status of many orders',
        description:
          'Each order is changed by itself, as by `PATCH /orders/{id}`: one that is unknown, or may not take the status, harms no other.',
        body: StatusChanges,
        response: { 200: StatusOutcomes, ...refusals(...refused, 'rateLimited', 'overloaded') },
      },
    },
    async (request, reply) => {
      const { ids, status } = request.body
      return app.once(
        reply,
        (remember) => app.orders.changeStatuses(ids, status, app.auth.originOf(request), remember),
        (outcomes: StatusOutcome[]) => ({
          body: { items: outcomes.map((outcome) => lineOf(outcome, request.id)) },
        }),
      )
    },
  )
}

export default moving
