import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { connectionSettings } from '../../src/db/mysql/connection.js'
import { testConfig } from '../helpers/app.js'
import { stateOf } from '../helpers/backup.js'
import { commandsOf, sh } from '../helpers/backups-page.js'
import { addProduct } from '../helpers/books.js'
import { databaseOf, onFile, onServer } from '../helpers/database.js'
import { stockDraft } from '../helpers/log-events.js'
import { makeHistory, withShop } from '../helpers/shop-history.js'

/** Follows docs/backups.md: a backup, more products, and the restore. */
async function follow(t: Test, url: string, database: string) {
  const dir = join(t.testdirName)
  const config = { ...(await testConfig(t, dir)), databaseUrl: url }
  await withShop(config, (app) => makeHistory(app))
  const before = await stateOf(url)
  const backedUp = sh(dir, url, commandsOf('Back up', database))
  await withShop(config, async (app) => {
    await addProduct(app)
    await app.db.write((tx) => app.eventLog.append(tx, [stockDraft(1)], 1))
  })
  t.equal((await stateOf(url)).offset, before.offset + 1)
  const restored = sh(dir, url, commandsOf('Restore a backup', database))
  const after = await stateOf(url)
  t.match(after, { offset: before.offset, orders: before.orders, faults: [] })
  t.not(after.epoch, before.epoch)
  const app = buildApp(config)
  t.teardown(() => app.close())
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  return { backedUp, restored }
}

t.test('backup and restore of docs/backups.md work on SQLite', { skip: onServer }, async (t) => {
  const dir = t.testdir()
  const { backedUp, restored } = await follow(t, `file:${join(dir, 'shop.db')}`, 'SQLite')
  t.match(backedUp, /before-the-sale\.db: 67 orders, .*, checked\.\n$/)
  t.match(restored, /Restored: 67 orders, .*\n\d+ sessions have ended/)
})

const dumps =
  spawnSync('mariadb-dump', ['--version']).error !== undefined && 'no mariadb-dump is installed here'
t.test('backup and restore of docs/backups.md work on a server', { skip: onFile || dumps }, async (t) => {
  const dir = t.testdir()
  const url = await databaseOf(t, dir)
  const { host, port, user, password } = connectionSettings(url)
  const account = `[client]\nhost = ${host}\nport = ${port}\nuser = ${user}\npassword = "${password}"\n`
  writeFileSync(join(dir, 'backup.cnf'), account, { mode: 0o600 })
  const { backedUp, restored } = await follow(t, url, 'MariaDB and MySQL')
  t.match(backedUp, /Dump completed/)
  t.match(restored, /^The log now has the epoch [0-9a-f]{32}\. \d+ sessions have ended\.\n$/m)
})
