import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Permission } from '../../accounts/access/permissions.js'
import type { Principal } from '../../accounts/access/principal.js'
import type { StreamView } from '../../contract/event-stream.js'
import { Problem, problems } from '../../errors.js'
import { limitKey } from '../../http/client-address.js'
import { refusals } from '../../http/refusals.js'
import { FOLLOW_ALL, FOLLOW_OWN } from '../../sockets/live.js'
import { STREAM_HEADERS } from '../../sse/event-stream.js'
import { positionOf } from '../../sse/last-event-id.js'
import { EventStreamAnswer, StreamHeaders, StreamQuery } from './stream-schema.js'

const PERMISSIONS: Record<StreamView, Permission | undefined> = {
  admin: FOLLOW_ALL,
  mine: FOLLOW_OWN,
  inventory: undefined,
}

/** The live events as server-sent events. Each view requires a permission of its own, and one is public. */
const stream: FastifyPluginAsyncTypebox = async (app) => {
  /** @throws Problem as `authorize`, and `cross-site-request` for a cookie sent by a page of another site */
  const holderOf = (request: FastifyRequest, view: StreamView): Principal | undefined => {
    const permission = PERMISSIONS[view]
    if (!permission) return undefined
    app.auth.authorize(request, permission)
    if (request.headers.authorization === undefined && app.forwarding.sourceOf(request.raw) === 'foreign')
      throw new Problem(problems.crossSite, 'A stream by cookie must be of the same or an allowed origin.')
    return request.apiKey ?? request.user
  }

  app.get(
    '',
    {
      schema: {
        operationId: 'streamEvents',
        tags: ['events'],
        summary: 'Follow the events live (server-sent events)',
        description:
          'Each event is `id: EPOCH:OFFSET`, `event:` its type and `data:` the event as JSON, as for sockets. With `Last-Event-ID` the stream begins with what was missed. `event: ready` with `{epoch, offset, recovered}` follows: if `recovered` is false, reload your state. A comment comes every 15 seconds. The stream ends with the session or token, after `session:ended`; when the server restarts, after `server:closing`; and without a message for a client that reads too slowly: reconnect and resume.',
        security: [{}, { bearer: [] }, { cookie: [] }, { apiKey: ['events:read'] }],
        querystring: StreamQuery,
        headers: StreamHeaders,
        response: {
          200: EventStreamAnswer,
          ...refusals(
            'invalidRequest',
            'unauthenticated',
            'forbidden',
            'mfaSetupRequired',
            'crossSite',
            'rateLimited',
          ),
        },
      },
    },
    async (request, reply) => {
      const { view, lastEventId } = request.query
      const holder = holderOf(request, view)
      const given = request.headers['last-event-id'] || lastEventId
      const from = given ? positionOf(given) : {}
      reply.headers(STREAM_HEADERS)
      if (request.method === 'HEAD') return ''
      reply.hijack()
      const { raw: response } = reply
      const address = limitKey(request.ip)
      app.eventStreams.open({ response, headers: reply.getHeaders(), view, holder, from, address })
      return
    },
  )
}

export default stream
