import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invalidRequest } from '../../errors.js'
import { fromMinor } from '../../money.js'
import { MINUTE_MS } from '../../pulse/takings.js'
import { refusals } from '../responses.js'
import { Pulse, PulseQuery } from './schema.js'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LONGEST_DAY_MS = 25 * HOUR_MS // the one on which clocks are set back
const LOWEST_SHOWN = 8

/** When the day began that is asked for. @throws Problem invalid-request for a day that is no longer told of */
function beginOf(since: string | undefined, now: number): number {
  if (since === undefined) return now - DAY_MS
  const begin = Date.parse(since)
  // A leap second is a date-time to the schema, and none to Date.
  if (!(begin >= now - LONGEST_DAY_MS && begin <= now))
    throw invalidRequest([{ path: 'since', message: 'must be within the last 25 hours' }])
  return begin
}

/** How the shop is doing, for admins. */
const pulse: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireAdmin)

  app.get(
    '',
    {
      schema: {
        operationId: 'getPulse',
        tags: ['operations'],
        summary: 'How the shop is doing',
        description:
          "The day's totals, the last hour by the minute, products running low, and the lag of the live events.",
        querystring: PulseQuery,
        response: {
          200: Pulse,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async ({ query }) => {
      const now = Date.now()
      const since = beginOf(query.since, now)
      const hourAgo = now - HOUR_MS
      const offset = app.relay.position
      const { takings, lowStock } = app.pulse
      const [minutes, low, head] = await Promise.all([
        takings.between(Math.min(since, hourAgo), now),
        lowStock.lowest(LOWEST_SHOWN),
        app.eventLog.head(),
      ])
      const today = { orders: 0, takings: 0 }
      for (const [at, sum] of minutes) {
        if (at < since) continue
        today.orders += sum.orders
        today.takings += sum.takings
      }
      return {
        offset,
        today: {
          since: new Date(since).toISOString(),
          orders: today.orders,
          takings: fromMinor(today.takings),
        },
        minutes: [...minutes]
          .filter(([at]) => at >= hourAgo)
          .map(([at, sum]) => ({
            at: new Date(at).toISOString(),
            orders: sum.orders,
            takings: fromMinor(sum.takings),
          })),
        lowStock: { threshold: app.config.lowStockThreshold, ...low },
        relayLag: Math.max(0, head - app.relay.position),
        currency: app.config.currency,
      }
    },
  )
}

export default pulse
