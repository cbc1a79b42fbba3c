import { createConnection } from 'mariadb'
import t, { type Test } from 'tap'
import { loadMigrations } from '../../../src/db/migrations.js'
import { connectionSettings } from '../../../src/db/mysql/connection.js'
import { migrate } from '../../../src/db/open.js'
import { administer, onFile, serverDatabase } from '../../helpers/database.js'
import { spawnServer } from '../../helpers/process.js'

t.test('any number of processes at once migrate a database once', { skip: onFile }, async (t) => {
  const url = await serverDatabase(t)
  const all = (await loadMigrations('mysql')).map(({ name }) => name)
  t.same(
    all,
    (await loadMigrations('sqlite')).map(({ name }) => name),
    'the same migrations as on SQLite',
  )
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(url)))
  t.same(applied.flat(), all)
  t.same(await migrate(url), [])
  const rows = await (await open(t, url)).query('SELECT * FROM _prisma_migrations')
  t.match(rows, [{ applied_steps_count: 1, rolled_back_at: null, logs: null, finished_at: Date }])
})

t.test('a history that does not match the migration files is refused', { skip: onFile }, async (t) => {
  const spoil: [string, RegExp][] = [
    ["UPDATE _prisma_migrations SET checksum = 'other'", /was edited after it was applied/],
    ['UPDATE _prisma_migrations SET finished_at = NULL', /failed earlier; see "prisma migrate resolve"/],
    ["UPDATE _prisma_migrations SET migration_name = '2999_later'", /newer than this program.*2999_later/],
  ]
  for (const [sql, message] of spoil) {
    const url = await serverDatabase(t)
    await migrate(url)
    await (await open(t, url)).query(sql)
    await t.rejects(migrate(url), { name: 'MigrationMismatch', message })
  }
})

t.test('an unsuitable server or database is refused with a reason', { skip: onFile }, async (t) => {
  const url = new URL(await serverDatabase(t))
  const changed = (change: (url: URL) => void) => {
    const other = new URL(url)
    change(other)
    return other.href
  }
  const name = url.pathname.slice(1)
  await administer(
    `ALTER DATABASE ${name} CHARACTER SET latin1`,
    `CREATE USER IF NOT EXISTS '${name.slice(-12)}'@'%' IDENTIFIED BY 'right'`,
    `GRANT SELECT ON ${name}.* TO '${name.slice(-12)}'@'%'`,
  )
  t.teardown(() => administer(`DROP USER '${name.slice(-12)}'@'%'`))
  const login = (password: string) =>
    changed((other) => {
      other.username = name.slice(-12)
      other.password = password
    })
  const refused = (url: string, message: RegExp) =>
    t.rejects(migrate(url), { name: 'DatabaseUnusable', message })
  await refused(url.href, /is in latin1/)
  await administer(`ALTER DATABASE ${name} CHARACTER SET utf8mb4`)
  await refused(login('wrong'), /the user or the password is wrong/)
  await refused(login('right'), /lacks rights/)
  await refused(
    changed((other) => {
      other.pathname = '/stockroom_test_nothing'
    }),
    /there is no such database|has no right/,
  )
})

t.test(
  'database constraints forbid a stock below zero and an order without a user',
  { skip: onFile },
  async (t) => {
    const url = await serverDatabase(t)
    await migrate(url)
    const db = await open(t, url)
    const product = 'INSERT INTO products (id, name, name_sort, price, stock, created_at, updated_at) VALUES'
    await db.query(`${product} ('p', 'Mug', 'mug', 100, 1, '2026-01-01', '2026-01-01')`)
    await t.rejects(db.query('UPDATE products SET stock = stock - 2'), /products_stock_check/)
    await t.rejects(
      db.query(`${product} ('q', 'Mug', 'mug', -1, 1, '2026-01-01', '2026-01-01')`),
      /products_price_check/,
    )
    // With a key: MySQL 9.7.4 skips a foreign key check if another column of the index it uses is NULL.
    const order = `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, idempotency_key, status, created_at, updated_at)
                 VALUES ('o', 'nobody', 'p', 1, 100, 100, 'key', `
    await t.rejects(
      db.query(`${order} 'pending', '2026-01-01', '2026-01-01')`),
      /foreign key constraint fails/,
    )
    await t.rejects(db.query(`${order} 'lost', '2026-01-01', '2026-01-01')`), /orders_status_check/)
  },
)

t.test(
  'whatever prevents a start on a server is reported in a line, without the password',
  { skip: onFile },
  async (t) => {
    const { host } = new URL(await serverDatabase(t))
    const { ended, output } = spawnServer(t, t.testdir(), {
      DATABASE_URL: `mysql://ada:secret@${host}/shop`,
    })
    t.equal(await ended, 1)
    t.match(
      output(),
      /^The database mysql:\/\/ada@\S+\/shop cannot be used: the user or the password is wrong\.\n$/,
    )
  },
)

async function open(t: Test, url: string) {
  const connection = await createConnection(connectionSettings(url))
  t.teardown(() => connection.end())
  return connection
}
