import fp from 'fastify-plugin'
import { positionFileOf } from '../db/open.js'
import { createEventLog, type EventLog } from '../stream/log.js'
import { openPositionFile } from '../stream/position-file.js'

declare module 'fastify' {
  interface FastifyInstance {
    eventLog: EventLog
  }
}

// How soon a database replaced under a running process is noticed, and the age of the position kept beside it.
const LOOK_EVERY_MS = 1_000

/** Decorates `app.eventLog` with the event log. A log put back to an earlier state gets a new epoch. */
export default fp(
  async (app) => {
    const eventLog = createEventLog(app.db)
    const warn = (file: string) => (err: unknown) =>
      app.log.warn(
        { err, file },
        'no position of the log is kept here: a database restored by hand goes unnoticed',
      )

    eventLog.onNewEpoch((now, before) =>
      app.log.warn(
        { now, before },
        'the database was restored or replaced: its log has another epoch now, and clients load their state anew',
      ),
    )
    const file = positionFileOf(app.config.databaseUrl)
    const kept = await openPositionFile(file).catch(warn(file))
    await eventLog.open(await kept?.read())

    let failed = false
    const keep = () =>
      kept?.write(eventLog.position()).catch((error) => {
        if (!failed) warn(file)(error)
        failed = true
      })
    let ticking = Promise.resolve()
    const timer = setInterval(() => {
      ticking = ticking.then(async () => {
        await eventLog.look().catch(() => undefined) // the relay reports an unreachable database
        await keep()
      })
    }, LOOK_EVERY_MS).unref()
    app.addHook('onClose', async () => {
      clearInterval(timer)
      await ticking
      await keep()
      await kept?.close()
    })
    app.decorate('eventLog', eventLog)
  },
  { name: 'event-log', dependencies: ['config', 'db'] },
)
