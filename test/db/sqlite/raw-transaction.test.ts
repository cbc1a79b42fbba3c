import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { isUniqueViolation } from '../../../src/db/driver-error.js'
import { migrate, openDb } from '../../../src/db/open.js'
import { direct } from '../../../src/db/sqlite/raw-transaction.js'
import type { Tx } from '../../../src/db/transaction.js'

const COUNT = 'UPDATE event_counter SET last_offset = last_offset + 1 RETURNING last_offset AS last'

async function open(t: Test) {
  const file = join(t.testdir(), 'shop.db')
  await migrate(`file:${file}`)
  const db = await openDb(`file:${file}`)
  t.teardown(() => db.close())
  const count = async () =>
    Number((await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })).lastOffset)
  return { file, db, count }
}

t.test('direct statements and those of Prisma share one transaction', async (t) => {
  const { db, count } = await open(t)
  await db.write(async (tx) => {
    t.same(direct(tx).get(COUNT), { last: 1 }, 'a number, not a BigInt')
    await tx.eventCounter.updateMany({ data: { lastOffset: { increment: 10 } } })
    t.same(direct(tx).get(COUNT), { last: 12 })
    t.equal(await count(), 0, 'not visible before the commit')
  })
  t.equal(await count(), 12)
  await t.rejects(
    db.write(async (tx) => {
      direct(tx).run(COUNT)
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.equal(await count(), 12, 'a failed transaction was rolled back')
})

t.test('a transaction that has ended accepts no statement, outside or inside the next one', async (t) => {
  const { db, count } = await open(t)
  const ended: Tx[] = []
  await db.write(async (tx) => ended.push(tx))
  await t.rejects(
    db.write(async (tx) => {
      ended.push(tx)
      throw new Error('no')
    }),
  )
  for (const tx of ended) t.throws(() => direct(tx).run(COUNT), /has ended/)
  await db.write(async () => {
    for (const tx of ended) t.throws(() => direct(tx).run(COUNT), /has ended/)
  })
  t.equal(await count(), 0)
})

t.test('no statement is executed while Prisma is ending a transaction', async (t) => {
  const { db, count } = await open(t)
  let given: Tx | undefined
  let ended = false
  const failing = db
    .write(async (tx) => {
      given = tx
      throw new Error('no')
    })
    .catch(() => {
      ended = true
    })
  let [done, refused] = [0, 0]
  while (!ended) {
    await null
    if (!given) continue
    try {
      direct(given).run(COUNT)
      done++
    } catch {
      refused++
    }
  }
  await failing
  t.ok(done > 0 && refused > 0, `${done} before the ROLLBACK, ${refused} after it`)
  t.equal(await count(), 0, 'all of it was rolled back')
})

t.test('the errors of the driver are classified', async (t) => {
  const { file, db, count } = await open(t)
  await t.rejects(
    db.write(async () => direct({} as Tx).run(COUNT)),
    TypeError,
  )
  const twice = await db
    .write(async (tx) => {
      const insert = 'INSERT INTO users (id, name, email, password, role, created_at, updated_at) VALUES'
      direct(tx).run(`${insert} ('1', 'Ada', 'a@b.c', '', 'admin', 0, 0)`)
      direct(tx).run(`${insert} ('2', 'Ada', 'a@b.c', '', 'admin', 0, 0)`)
    })
    .catch((error) => error)
  t.ok(isUniqueViolation(twice), twice.message)

  const other = new Database(file)
  other.exec('BEGIN IMMEDIATE')
  let attempts = 0
  const writing = db.write(async (tx) => {
    attempts++
    // By the third attempt the other transaction has ended.
    if (attempts === 3) other.exec('ROLLBACK')
    direct(tx).run(COUNT)
  })
  await writing
  other.close()
  t.equal(attempts, 3, 'a busy database is retried')
  t.equal(await count(), 1)
})
