import fp from 'fastify-plugin'
import type { Db } from '../db/db.js'
import { newestIds } from '../db/newest-ids.js'
import { migrate, openDb } from '../db/open.js'
import { idBound, observeId } from '../ids.js'

declare module 'fastify' {
  interface FastifyInstance {
    db: Db
  }
}

/** Decorates `app.db` with the migrated, open database, and closes it after all that uses it. */
export default fp(
  async (app) => {
    const { databaseUrl, databasePoolSize: poolSize, databaseWait: patience } = app.config
    const applied = await migrate(databaseUrl, {
      patience,
      onWait: (error) => app.log.warn({ reason: String(error) }, 'the database cannot be reached yet'),
    })
    if (applied.length > 0) app.log.info({ applied }, 'database migrated')
    // A start waits for a database that is slow or away, as it does for one that is not there yet.
    let isStarting = true
    app.addHook('onReady', async () => {
      isStarting = false
    })
    const db = await openDb(databaseUrl, {
      poolSize,
      leastPatience: () => (isStarting ? patience : 0),
      settled: () => app.connections.pace.settled('write'),
      onStorage(err) {
        if (err) app.log.error({ err }, 'the database takes no changes: requests that write are refused')
        else app.log.warn('the database takes changes again')
      },
    })
    const unsafe = await db.dialect.unsafeSettings(db.read)
    if (unsafe.length > 0)
      app.log.warn(
        { settings: unsafe },
        'a power cut may take orders that this database server has confirmed: set these to 1 (docs/guarantees.md)',
      )
    for (const id of await newestIds(db, idBound())) observeId(id)
    app.decorate('db', db)
    app.addHook('onClose', () => db.close())
  },
  { name: 'db', dependencies: ['config', 'connections'] },
)
