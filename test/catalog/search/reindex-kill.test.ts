import t from 'tap'
import { openDb } from '../../../src/db/open.js'
import { NAME_RULES } from '../../../src/search/tokenize.js'
import { testConfig } from '../../helpers/app.js'
import { databaseOf } from '../../helpers/database.js'
import { addAsAtFirst, untilBegun, untilIndexed, upToDate } from '../../helpers/first-rules.js'
import { startServer } from '../../helpers/process.js'
import { withShop } from '../../helpers/shop-history.js'

t.test('a process that is killed while reindexing leaves no product half indexed', async (t) => {
  const dir = t.testdir()
  const config = await testConfig(t, dir, { databaseUrl: await databaseOf(t, dir, 'shop.db') })
  const COUNT = 600
  await withShop(config, (app) => addAsAtFirst(app, COUNT))
  const db = await openDb(config.databaseUrl)
  t.teardown(() => db.close())
  const env = { DATABASE_URL: config.databaseUrl, JWT_SECRET: 'x'.repeat(32) }
  const server = await startServer(t, dir, env)
  await untilBegun(db)
  await server.stop('SIGKILL')
  // A database server may notice the kill late; the dead process's open transaction still locks this row.
  await db.write((tx) => tx.nameIndex.updateMany({ data: { rules: NAME_RULES } }))
  const done = await upToDate(t, db)
  t.ok(done > 0 && done < COUNT, `${done} were indexed before the kill`)
  const again = await startServer(t, dir, env)
  await untilIndexed(db)
  t.equal(await upToDate(t, db), COUNT)
  await again.stop()
})
