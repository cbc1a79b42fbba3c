import fp from 'fastify-plugin'
import { createEventLog, type EventLog } from '../stream/log.js'

declare module 'fastify' {
  interface FastifyInstance {
    eventLog: EventLog
  }
}

/** Decorates `app.eventLog` with the log of all that happens. */
export default fp(
  async (app) => {
    app.decorate('eventLog', createEventLog(app.db))
  },
  { name: 'event-log', dependencies: ['db'] },
)
