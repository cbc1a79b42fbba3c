import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { migrate, openDb } from '../../src/db/open.js'
import { newId } from '../../src/ids.js'
import { createEventLog } from '../../src/stream/log.js'
import { databaseOf, onServer } from './database.js'
import { migrateByCopy } from './server-template.js'

let template: Promise<string> | undefined

/** Creates an empty, migrated database in the folder of the test run, or of this process when it runs alone. */
async function makeTemplate(): Promise<string> {
  const folder = process.env.TEST_TEMPLATES ?? mkdtempSync(join(tmpdir(), 'stockroom-engine-'))
  if (!process.env.TEST_TEMPLATES)
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'empty.db')
  if (existsSync(file)) return file
  const draft = join(mkdtempSync(join(folder, 'draft-')), 'empty.db')
  await migrate(`file:${draft}`)
  renameSync(draft, file)
  return file
}

/** Opens an empty database and its event log, for testing an engine without HTTP, sockets or timers. */
export async function engineDb(t: Test) {
  const dir = t.testdir()
  const url = await databaseOf(t, dir)
  if (onServer) await migrateByCopy(url)
  else {
    template ??= makeTemplate()
    copyFileSync(await template, join(dir, 'test.db'))
  }
  const db = await openDb(url)
  t.teardown(() => db.close())
  const eventLog = createEventLog(db)
  await eventLog.open()
  return { db, eventLog }
}

type EngineDb = Awaited<ReturnType<typeof engineDb>>['db']

/** Inserts a user directly into the database. @returns the id */
export async function addUser(db: EngineDb, role = 'customer'): Promise<string> {
  const id = newId()
  const at = new Date()
  await db.write((tx) =>
    tx.user.create({
      data: { id, name: role, email: `${id}@shop.test`, password: '', role, createdAt: at, updatedAt: at },
    }),
  )
  return id
}

/** Inserts a product without search terms directly into the database. @returns the id */
export async function addItem(db: EngineDb, { stock = 100, price = 250 } = {}): Promise<string> {
  const id = newId()
  const at = new Date()
  await db.write((tx) =>
    tx.product.create({
      data: { id, name: 'Lamp', nameSort: 'lamp', price, stock: BigInt(stock), createdAt: at, updatedAt: at },
    }),
  )
  return id
}
