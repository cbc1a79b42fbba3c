import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import t from 'tap'
import { loadMigrations } from '../../src/db/migrations.js'
import { migrate } from '../../src/db/open.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const prismaSays = (...args: string[]) =>
  execFileSync(process.execPath, ['scripts/diff.mjs', ...args], { cwd: root, encoding: 'utf8' })

t.test('a database is created with private permissions, and migrated once', async (t) => {
  const file = join(t.testdir(), 'deep/er/shop.db')
  const all = (await loadMigrations('sqlite')).map(({ name }) => name)
  t.same(await migrate(`file:${file}`), all)
  t.same(await migrate(`file:${file}`), [])
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(join(file, '..')).mode & 0o777, 0o700)
})

t.test("Prisma's own engine accepts the history, and finds no drift from the models", async (t) => {
  const url = `file:${join(t.testdir(), 'shop.db')}`
  await migrate(url)
  t.match(JSON.parse(prismaSays('--status', url)), {
    history: null,
    hasMigrationsTable: true,
    editedMigrationNames: [],
    failedMigrationNames: [],
  })
  t.match(prismaSays('drift_there_must_not_be'), /nothing to do/)
})

t.test('a history that does not match the migration files is refused, and nothing is changed', async (t) => {
  const spoil: [string, string, RegExp][] = [
    ['edited', "UPDATE _prisma_migrations SET checksum = 'other'", /was edited after it was applied/],
    [
      'failed',
      'UPDATE _prisma_migrations SET finished_at = NULL',
      /failed earlier; see "prisma migrate resolve"/,
    ],
    [
      'newer',
      "UPDATE _prisma_migrations SET migration_name = '2999_later'",
      /newer than this program.*2999_later/,
    ],
  ]
  for (const [name, sql, message] of spoil) {
    const file = join(t.testdir(), `${name}.db`)
    await migrate(`file:${file}`)
    const db = new Database(file)
    db.exec(sql)
    const before = db.prepare('SELECT * FROM _prisma_migrations').all()
    await t.rejects(migrate(`file:${file}`), { name: 'MigrationMismatch', message })
    t.same(db.prepare('SELECT * FROM _prisma_migrations').all(), before)
    db.close()
  }
})

t.test('migrations that would leave a row without the one it refers to change nothing', async (t) => {
  const file = join(t.testdir(), 'shop.db')
  const latest = (await migrate(`file:${file}`)).at(-1)
  const db = new Database(file)
  t.teardown(() => db.close())
  // As before the latest migration, which adds these columns.
  db.exec('ALTER TABLE orders DROP COLUMN metadata; ALTER TABLE products DROP COLUMN metadata')
  db.prepare('DELETE FROM _prisma_migrations WHERE migration_name = ?').run(latest)
  db.pragma('foreign_keys = OFF')
  db.exec(
    "INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ('s', 'nobody', 1, 1, 9)",
  )
  const message = 'after its migrations, sessions would refer to missing users'
  await t.rejects(migrate(`file:${file}`), { name: 'MigrationMismatch', message })
  t.notMatch(db.prepare('SELECT sql FROM sqlite_schema').pluck().all().join(), /metadata/)
  db.exec('DELETE FROM sessions')
  t.same(await migrate(`file:${file}`), [latest])
})

t.test('database constraints forbid a stock below zero and an order without a user', async (t) => {
  const file = join(t.testdir(), 'shop.db')
  await migrate(`file:${file}`)
  const db = new Database(file)
  t.teardown(() => db.close())
  db.pragma('foreign_keys = ON')
  const product = 'INSERT INTO products (id, name, name_sort, price, stock, created_at, updated_at) VALUES'
  db.exec(`${product} ('p', 'Mug', 'mug', 100, 1, 0, 0)`)
  t.throws(() => db.exec(`UPDATE products SET stock = stock - 2`), /CHECK constraint failed: stock/)
  t.throws(() => db.exec(`${product} ('q', 'Mug', 'mug', -1, 1, 0, 0)`), /CHECK constraint failed/)
  const order = `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, created_at, updated_at)
                 VALUES ('o', 'nobody', 'p', 1, 100, 100, `
  t.throws(() => db.exec(`${order} 'pending', 0, 0)`), /FOREIGN KEY constraint failed/)
  t.throws(() => db.exec(`${order} 'lost', 0, 0)`), /CHECK constraint failed/)
})

t.test('users of an earlier version keep their rows and what refers to them', async (t) => {
  const migrations = await loadMigrations('sqlite')
  const db = new Database(join(t.testdir(), 'shop.db'))
  t.teardown(() => db.close())
  db.pragma('foreign_keys = OFF')
  const upTo = migrations.findIndex(({ name }) => name.endsWith('_staff_role'))
  const apply = db.transaction((from: number, to?: number) => {
    for (const { sql } of migrations.slice(from, to)) db.exec(sql)
  })
  apply(0, upTo)
  db.exec(`INSERT INTO users VALUES ('u1', 'Ada', 'ada@shop.test', 'hash', 'admin', 1, 2);
           INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ('s1', 'u1', 1, 1, 9)`)
  apply(upTo)
  t.match(db.prepare('SELECT * FROM users').all(), [{ id: 'u1', email: 'ada@shop.test', role: 'admin' }])
  t.same(db.pragma('foreign_key_check'), [])
  db.pragma('foreign_keys = ON')
  t.throws(() => db.exec("DELETE FROM users WHERE id = 'u1'"), /FOREIGN KEY/)
  db.exec("UPDATE users SET role = 'staff'")
  t.throws(() => db.exec("UPDATE users SET role = 'owner'"), /CHECK/)
})
