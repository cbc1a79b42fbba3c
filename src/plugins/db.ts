import fp from 'fastify-plugin'
import type { Db, OpenOptions } from '../db/db.js'
import { newestIds } from '../db/newest-ids.js'
import { migrate, openDb } from '../db/open.js'
import { idBound, observeId } from '../ids.js'
import { countReads } from '../metrics/replica-reads.js'

declare module 'fastify' {
  interface FastifyInstance {
    db: Db
  }
}

/** Decorates `app.db` with the migrated, open database, and closes it after its users. */
export default fp(
  async (app) => {
    const { databaseUrl, databasePoolSize: poolSize, databaseWait: patience, readReplicas } = app.config
    const applied = await migrate(databaseUrl, {
      patience,
      onWait: (error) => app.log.warn({ reason: String(error) }, 'the database cannot be reached yet'),
    })
    if (applied.length > 0) app.log.info({ applied }, 'database migrated')
    // A start waits for a slow or absent database.
    let isStarting = true
    app.addHook('onReady', async () => {
      isStarting = false
    })
    const options: OpenOptions = {
      poolSize,
      readReplicas,
      ...(readReplicas && { onReplicaRead: countReads(app.metrics) }),
      leastPatience: () => (isStarting ? patience : 0),
      settled: () => app.connections.pace.settled('write'),
      onStorage(err) {
        if (err) app.log.error({ err }, 'the database takes no changes: requests that write are refused')
        else app.log.warn('the database takes changes again')
      },
      onPrimary({ host, reasons }) {
        if (host === undefined) app.log.error({ reasons }, 'no database server takes writes')
        else app.log.warn({ host, reasons }, 'the database server that takes writes is another one')
      },
    }
    const db = await openDb(databaseUrl, options, app.config.currency)
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
  { name: 'db', dependencies: ['config', 'connections', 'metrics'] },
)
