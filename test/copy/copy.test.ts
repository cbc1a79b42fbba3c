import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { copyShop } from '../../src/copy/copy.js'
import { migrate, openDb } from '../../src/db/open.js'
import { configOfEmpty } from '../helpers/app.js'
import { auditBooks, digestOf } from '../helpers/books.js'
import { databaseOf, onFile, onServer, serverDatabase } from '../helpers/database.js'
import { answersOf, credentials, makeHistory, withShop } from '../helpers/shop-history.js'

/** Creates and closes a shop with history in a file. @returns it with the settings to open it and its copies */
async function setup(t: Test) {
  const dir = t.testdir()
  const config = await configOfEmpty(t, dir)
  const from = `file:${join(dir, 'old.db')}`
  const past = await withShop({ ...config, databaseUrl: from }, async (app) => {
    const made = await makeHistory(app)
    t.same(await auditBooks(app.db), [])
    return {
      ...made,
      answers: await answersOf(app, made.admin, made.buyer),
      epoch: await app.eventLog.epoch(),
    }
  })
  return { dir, config, from, past }
}

async function digest(url: string): Promise<string> {
  const db = await openDb(url)
  try {
    return await digestOf(db)
  } finally {
    await db.close()
  }
}

t.test('a copied shop gives the same answers, and its users are still signed in', async (t) => {
  const { dir, config, from, past } = await setup(t)
  const to = await databaseOf(t, dir, 'new.db')
  const heard: number[] = []
  const { rows, faults } = await copyShop({ from, to, onProgress: (done, total) => heard.push(done / total) })
  t.same(faults, [])
  t.match(rows, { users: 3, orders: 67, event_counter: 1 })
  t.equal(heard.at(-1), 1)
  t.same(
    heard,
    heard.toSorted((a, b) => a - b),
  )
  t.equal(await digest(to), await digest(from), 'row for row')

  await withShop({ ...config, databaseUrl: to }, async (app) => {
    t.same(await answersOf(app, past.admin, past.buyer), past.answers)
    t.equal(await app.eventLog.epoch(), past.epoch)
    t.same(await auditBooks(app.db), [])

    const refresh = {
      method: 'POST',
      url: '/auth/refresh',
      cookies: { refresh_token: past.refreshToken },
    } as const
    t.equal((await app.inject(refresh)).statusCode, 200)
    const login = await app.inject({ method: 'POST', url: '/auth/login', payload: credentials })
    t.equal(login.statusCode, 200)
    const head = await app.eventLog.head()
    const order = (key: string) =>
      app.inject({
        method: 'POST',
        url: '/orders',
        headers: { ...past.buyer, 'idempotency-key': key },
        payload: { productId: past.mug, quantity: 1 },
      })
    t.match(await order('cart'), { statusCode: 201, headers: { 'idempotent-replayed': 'true' } })
    t.equal((await order('after the move')).statusCode, 201)
    t.equal((await app.eventLog.read(head, 1))[0]?.offset, head + 1, 'the log continues at the next offset')
    t.same(await auditBooks(app.db), [])
  })
})

t.test('a shop is copied back from a server into a file', { skip: onFile }, async (t) => {
  const { dir, from } = await setup(t)
  const server = await serverDatabase(t)
  const back = `file:${join(dir, 'back.db')}`
  await copyShop({ from, to: server })
  await copyShop({ from: server, to: back })
  t.equal(await digest(back), await digest(from))
})

t.test('a copy that is impossible is refused with a reason, and nothing is changed', async (t) => {
  const { dir, config, from } = await setup(t)
  const to = await databaseOf(t, dir, 'new.db')
  const refused = (options: { from: string; to: string }, message: RegExp) =>
    t.rejects(copyShop(options), { message })
  const before = await digest(from)

  await withShop({ ...config, databaseUrl: from }, () =>
    refused({ from, to }, /old\.db is in use: stop the server/),
  )
  await refused({ from: `file:${join(dir, 'nothing.db')}`, to }, /nothing\.db cannot be opened/)
  new Database(join(dir, 'empty.db')).close()
  await refused({ from: `file:${join(dir, 'empty.db')}`, to }, /there is no shop to be copied/)

  if (onServer)
    await refused(
      { from: await serverDatabase(t), to: `file:${join(dir, 'x.db')}` },
      /there is no shop to be copied/,
    )

  await migrate(`file:${join(dir, 'edited.db')}`)
  const edited = new Database(join(dir, 'edited.db'))
  edited.exec("UPDATE _prisma_migrations SET migration_name = '2999_later'")
  edited.close()
  await refused({ from: `file:${join(dir, 'edited.db')}`, to }, /newer than this program.*2999_later/)

  await withShop({ ...config, databaseUrl: to }, async (app) => {
    await refused({ from, to }, /in use.*stop the server/)
    t.equal((await app.inject('/health/ready')).statusCode, 200)
  })
  const occupied = await digest(to)
  await refused({ from, to }, /the target is not empty, it has rows in users/)
  t.equal(await digest(to), occupied)
  t.same(await migrate(to), [], 'servers can still use it')
  t.equal(await digest(from), before)
})
