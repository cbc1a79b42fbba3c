import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { openDb } from '../../src/db/open.js'
import { newId } from '../../src/ids.js'
import { migrateByCopy } from './server-template.js'

let making: Promise<string> | undefined

/** Returns the template's folder: that of the whole test run, or of this process when it runs alone. */
function folder(): string {
  if (process.env.TEST_TEMPLATES) return process.env.TEST_TEMPLATES
  const own = mkdtempSync(join(tmpdir(), 'stockroom-test-'))
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  return own
}

/** Starts the application once on an empty file. Safe to run concurrently in several processes. */
async function make(config: Config): Promise<string> {
  const place = folder()
  const template = join(place, 'template.db')
  if (existsSync(template)) return template
  const draft = join(mkdtempSync(join(place, 'draft-')), 'template.db')
  const app = buildApp({ ...config, databaseUrl: `file:${draft}` })
  await app.ready()
  await app.close()
  renameSync(draft, template)
  return template
}

/**
 * Makes `file` a database on which the application was started once: migrated, with a first-start admin of unknown
 * password. Most of a first start's cost is hashing this password on a low-priority thread.
 */
export async function copyTemplate(file: string, config: Config): Promise<void> {
  making ??= make(config)
  const template = await making
  mkdirSync(dirname(file), { recursive: true })
  copyFileSync(template, file)
  const db = new Database(file)
  // Each database has an event log of its own, and tests expect that nothing has happened yet.
  db.exec('UPDATE event_counter SET epoch = lower(hex(randomblob(16))), last_offset = 0')
  db.exec('DELETE FROM events; DELETE FROM audit_entries')
  db.close()
}

/**
 * Does to the database `url` on a server what `copyTemplate` does to a file: migrates it, and adds an admin that nobody can
 * sign in as, without an event.
 */
export async function startOnce(url: string): Promise<void> {
  await migrateByCopy(url)
  const db = await openDb(url)
  try {
    if ((await db.read.user.count()) > 0) return
    const [id, at] = [newId(), new Date()]
    const admin = { id, name: 'Admin', email: 'admin@example.com', role: 'admin', password: '' }
    await db.write((tx) => tx.user.create({ data: { ...admin, createdAt: at, updatedAt: at } }))
  } finally {
    await db.close()
  }
}
