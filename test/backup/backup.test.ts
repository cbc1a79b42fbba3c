import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { loadMigrations } from '../../src/db/migrations.js'
import { migrate } from '../../src/db/open.js'
import { testConfig } from '../helpers/app.js'
import { spawnProgram, stateOf } from '../helpers/backup.js'
import { addProduct } from '../helpers/books.js'
import { cases } from '../helpers/effort.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'
import { makeHistory, withShop } from '../helpers/shop-history.js'
import { open } from '../helpers/sockets.js'

const settings = { ...noRateLimits, ADMIN_EMAIL: 'keeper@shop.test', ADMIN_PASSWORD: 'correct horse battery' }
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8)

t.test(
  'a backup made under load restores balanced books and a new log, so that clients reload',
  async (t) => {
    const dir = t.testdir()
    const server = await startServer(t, dir, settings)
    const headers = await adminOf(server, settings)
    const id = await makeProduct(server.url, headers, 1_000_000)
    const body = JSON.stringify({ productId: id, quantity: 1 })
    let acknowledged = 0
    let buying = true
    const buyers = Array.from({ length: 4 }, async () => {
      while (buying) {
        const answer = await fetch(`${server.url}/orders`, { method: 'POST', headers, body })
        await answer.arrayBuffer()
        if (answer.status === 201) acknowledged++
      }
    })
    while (acknowledged < 200) await sleep(5)
    const before = acknowledged
    const url = `file:${join(dir, 'data/stockroom.db')}`
    const made = await spawnProgram(t, 'backup', url, 'kept.db').ended
    t.match(made, { code: 0, output: /kept\.db: \d+ orders, 1 products, .*, checked\.\n$/ })
    t.equal(modeOf(join(dir, 'kept.db')), '600')
    t.equal(readFileSync(join(dir, 'kept.db'))[18], 1, 'it has no write-ahead log') // sqlite.org/fileformat.html
    const after = acknowledged
    while (acknowledged < after + 100) await sleep(5)
    buying = false
    await Promise.all(buyers)
    const product = await fetch(`${server.url}/products/${id}`)
    const lost = product.headers.get('etag') ?? ''
    const events = (await (await fetch(`${server.url}/events?limit=1`, { headers })).json()) as {
      epoch: string
    }
    const inUse = await spawnProgram(t, 'restore', url, 'kept.db').ended
    t.match(inUse, { code: 1, output: /in use: stop the server/ })
    t.equal(await server.stop(), 0)

    const lived = await stateOf(url)
    const restored = await spawnProgram(t, 'restore', url, 'kept.db').ended
    t.match(restored, { code: 0, output: /^Restored: .*\n[1-9]\d* sessions have ended/ })
    const now = await stateOf(url)
    t.same(now.faults, [])
    t.ok(now.orders >= before && now.orders < lived.orders, `${before} <= ${now.orders} < ${lived.orders}`)
    t.not(now.epoch, lived.epoch)
    t.equal(modeOf(join(dir, 'data/stockroom.db')), '600')
    const [replaced = ''] = readdirSync(join(dir, 'data')).filter((name) => /replaced-\w+$/.test(name))
    t.same(await stateOf(`file:${join(dir, 'data', replaced)}`), lived, 'the replaced database is kept')

    const again = await startServer(t, dir, settings)
    t.equal((await fetch(`${again.url}/auth/me`, { headers })).status, 401, 'the session has ended')
    const anew = await adminOf(again, settings)
    const listener = open(t, `${again.url}/admin`, {
      token: anew.authorization.slice(7),
      epoch: events.epoch,
      offset: now.offset,
    })
    t.match(await listener.ready(), { epoch: now.epoch, recovered: false })
    for (let left = lived.orders - now.orders; left > 0; left--)
      await (await fetch(`${again.url}/orders`, { method: 'POST', headers: anew, body })).arrayBuffer()
    const url2 = `${again.url}/products/${id}`
    const held = await fetch(url2, { headers: { 'if-none-match': lost } })
    t.equal(
      held.headers.get('etag')?.split('-')[1],
      lost.split('-')[1],
      'the same version number was assigned again',
    )
    t.equal(held.status, 200)
    const patch = { method: 'PATCH', headers: { ...anew, 'if-match': lost }, body: '{"price":1}' }
    t.equal((await fetch(url2, patch)).status, 412)
  },
)

/** Creates a shop in `live.db` with more data than its backup `kept.db`. @returns the shop's URL */
async function shopAndBackup(t: Test) {
  const dir = t.testdir()
  const url = `file:${join(dir, 'live.db')}`
  const config = { ...(await testConfig(t, dir)), databaseUrl: url }
  await withShop(config, (app) => makeHistory(app))
  t.equal((await spawnProgram(t, 'backup', url, 'kept.db').ended).code, 0)
  const kept = await stateOf(`file:${join(dir, 'kept.db')}`)
  await withShop(config, (app) => addProduct(app))
  await withShop(config, (app) => makeHistory(app).catch(() => undefined))
  const lived = await stateOf(url)
  t.ok(lived.offset > kept.offset)
  return { dir, url, kept, lived }
}

t.test('a restore killed at any moment leaves the old database or the restored one', async (t) => {
  const { dir, url, kept, lived } = await shopAndBackup(t)
  const begin = performance.now()
  copyFileSync(join(dir, 'live.db'), join(dir, 'copy.db'))
  t.equal((await spawnProgram(t, 'restore', `file:${join(dir, 'copy.db')}`, 'kept.db').ended).code, 0)
  const wholeMs = performance.now() - begin
  const names = () => readdirSync(dir)
  const isMarked = (part: string) => names().some((name) => name.startsWith('live.db') && name.includes(part))
  /** Resolves when a file with `part` in its name appears, which it may do for less than a millisecond. */
  const marked = (part: string) => async (isOver: () => boolean) => {
    while (!isOver() && !isMarked(part)) await new Promise((resolve) => setImmediate(resolve))
  }
  const moments = [
    marked('restoring'),
    marked('restoring-wal'),
    marked('replaced'),
    ...Array.from({ length: cases(4) }, (_, i) => () => sleep(wholeMs * (0.3 + (0.7 * i) / cases(4)))),
  ]
  let epoch = lived.epoch
  const seen = new Set<string>()
  for (const reached of moments) {
    const { child, ended } = spawnProgram(t, 'restore', url, 'kept.db')
    let over = false
    ended.finally(() => {
      over = true
    })
    await reached(() => over)
    child.kill('SIGKILL')
    await ended
    const state = await stateOf(url)
    t.same(state.faults, [])
    t.equal(state.offset, state.epoch === lived.epoch ? lived.offset : kept.offset)
    t.not(state.epoch, kept.epoch === lived.epoch ? undefined : kept.epoch)
    seen.add(state.epoch === epoch ? 'old' : 'new')
    epoch = state.epoch
    const db = new Database(join(dir, 'live.db'))
    t.same(db.pragma('integrity_check'), [{ integrity_check: 'ok' }])
    db.close()
  }
  t.ok(seen.has('old'), 'some were killed before the restore was complete')
  t.equal((await spawnProgram(t, 'restore', url, 'kept.db').ended).code, 0)
  t.same(
    names().filter((name) => name.includes('restoring')),
    [],
  )
  t.match(await stateOf(url), { offset: kept.offset, faults: [] })
})

t.test('a harmful backup or restore is refused in a line, and nothing is changed', async (t) => {
  const { dir, url, lived } = await shopAndBackup(t)
  const refused = async (
    name: 'backup' | 'restore' | 'new-epoch',
    target: string,
    args: string[],
    message: RegExp,
  ) =>
    t.match(
      await spawnProgram(t, name, target, ...args).ended,
      { code: 1, output: message },
      `${name} ${args}`,
    )
  const typo = `file:${join(dir, 'lvie.db')}`
  await refused('backup', typo, ['x.db'], /^No backup was made: there is no file .*lvie\.db\n$/)
  await refused('backup', url, ['kept.db'], /kept\.db is there already: name another file, or add --force\n$/)
  await refused('backup', url, ['live.db', '--force'], /is the database itself/)
  await refused('new-epoch', typo, [], /there is no file .*lvie\.db/)
  await refused('restore', url, ['nothing.db'], /^Nothing was restored: there is no file .*nothing\.db\n$/)
  await refused('restore', url, ['live.db'], /is the database itself/)
  await refused('restore', 'mysql://root@127.0.0.1/shop', ['kept.db'], /docs\/backups\.md/)
  await refused('backup', 'mysql://root@127.0.0.1/shop', [], /docs\/backups\.md/)

  new Database(join(dir, 'empty.db')).exec('CREATE TABLE t (x)').close()
  await refused('restore', url, ['empty.db'], /empty\.db holds no shop/)
  const damaged = readFileSync(join(dir, 'kept.db'))
  damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 8192)
  writeFileSync(join(dir, 'damaged.db'), damaged)
  await refused(
    'restore',
    url,
    ['damaged.db'],
    /^Nothing was restored: .*damaged\.db (is damaged|cannot be read as a database): .*\n$/,
  )
  copyFileSync(join(dir, 'kept.db'), join(dir, 'newer.db'))
  new Database(join(dir, 'newer.db'))
    .exec("UPDATE _prisma_migrations SET migration_name = '2999_later'")
    .close()
  await refused('restore', url, ['newer.db'], /newer than this program/)
  t.same(await stateOf(url), lived)
  t.notOk(
    readdirSync(dir).some((name) => /lvie|restoring|replaced|^\.|x\.db/.test(name)),
    `${readdirSync(dir)}`,
  )

  // An unreadable database is replaced only with --force, and kept.
  writeFileSync(join(dir, 'live.db'), 'no database')
  await refused('restore', url, ['kept.db'], /add --force/)
  t.equal((await spawnProgram(t, 'restore', url, 'kept.db', '--force').ended).code, 0)
  const [kept = ''] = readdirSync(dir).filter((name) => name.includes('replaced'))
  t.equal(readFileSync(join(dir, kept), 'utf8'), 'no database')
})

t.test('a backup of an older version is migrated, and books that do not balance are reported', async (t) => {
  const dir = t.testdir()
  const [init, ...later] = await loadMigrations('sqlite')
  const source = join(dir, 'old.db')
  await migrate(`file:${join(dir, 'fresh.db')}`)
  const fresh = new Database(join(dir, 'fresh.db'))
  const { sql } = fresh.prepare("SELECT sql FROM sqlite_schema WHERE name = '_prisma_migrations'").get() as {
    sql: string
  }
  fresh.close()
  const old = new Database(source)
  old.exec(init?.sql ?? '')
  old.exec(sql)
  old
    .prepare('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES (1, ?, ?, 1)')
    .run(init?.checksum, init?.name)
  old.exec(
    `INSERT INTO products (id, name, name_sort, price, stock, created_at, updated_at) VALUES ('p', 'Mug', 'mug', 1, 7, 1, 1)`,
  )
  old.close()

  const made = await spawnProgram(t, 'backup', `file:${source}`, 'kept.db').ended
  t.match(made, {
    code: 1,
    output: /kept\.db: 0 orders, 1 products, 0 users.*\nThe books do not balance.* p /,
  })
  const url = `file:${join(dir, 'new/shop.db')}`
  const restored = await spawnProgram(t, 'restore', url, 'kept.db', '--keep-sessions').ended
  t.match(restored, { code: 0, output: /\nSessions continue\.\n/ })
  for (const { name } of later) t.ok(restored.output.includes(name), name)
  t.same(await migrate(url), [])
  const folder = await spawnProgram(t, 'backup', url, '.').ended
  t.match(folder.output, /\/shop-\d{8}T\d{6}Z\.db: /)
  const newFolder = await spawnProgram(t, 'backup', url, 'new/').ended
  t.match(newFolder.output, /\/new\/shop-\d{8}T\d{6}Z\.db: /)
  const standard = await spawnProgram(t, 'backup', url).ended
  t.match(standard.output, /\/backups\/shop-\d{8}T\d{6}Z\.db: /)
  t.equal(modeOf(join(dir, 'backups')), '700')
})
