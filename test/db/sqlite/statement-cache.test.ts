import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { migrate, openDb } from '../../../src/db/open.js'

t.test('a statement is prepared once, whatever its parameters, and survives a schema change', async (t) => {
  const file = join(t.testdir(), 'shop.db')
  await migrate(`file:${file}`)
  const prepared: string[] = []
  const { prepare } = Database.prototype
  Database.prototype.prepare = function (this: Database.Database, source: string) {
    prepared.push(source)
    return prepare.call(this, source)
  } as typeof prepare
  t.teardown(() => {
    Database.prototype.prepare = prepare
  })

  const db = await openDb(`file:${file}`)
  t.teardown(() => db.close())
  const name = async (text: string) =>
    (await db.read.$queryRawUnsafe<{ text: string }[]>('SELECT ? AS text', text)).map((row) => row.text)
  t.same(await Promise.all(['one', 'two', 'three'].map(name)), [['one'], ['two'], ['three']])
  t.equal(prepared.filter((source) => source === 'SELECT ? AS text').length, 1)

  const all = () => db.read.$queryRawUnsafe<object[]>('SELECT * FROM event_counter')
  const [before] = await all()
  await db.write((tx) => tx.$executeRawUnsafe('ALTER TABLE event_counter ADD COLUMN added INTEGER DEFAULT 7'))
  t.same(await all(), [{ ...before, added: 7n }], 'the new column is there')
})

t.test('a failed statement does not affect its next use', async (t) => {
  const url = `file:${join(t.testdir(), 'shop.db')}`
  await migrate(url)
  const db = await openDb(url)
  t.teardown(() => db.close())
  const insert = (term: string | null) =>
    db.write((tx) => tx.$executeRawUnsafe('INSERT INTO users (id, name) VALUES (?, ?)', term, 'Ada'))
  await t.rejects(insert(null))
  await t.rejects(insert('an id, and no email'))
  const json = (text: string) => db.read.$queryRawUnsafe<{ n: bigint }[]>('SELECT json(?) ->> 0 AS n', text)
  await t.rejects(json('{'))
  t.same(await json('[5]'), [{ n: 5n }])
})
