import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { migrate, openDb } from '../../../src/db/open.js'

const HOLD_MS = 1_000

/** Locks `file` for a second from another process, in the given journal mode. Resolves once it is locked. */
async function lock(t: Test, file: string, journalMode: 'DELETE' | 'WAL'): Promise<void> {
  const program = `
    const db = new (require('better-sqlite3'))(${JSON.stringify(file)})
    db.pragma('journal_mode = ${journalMode}')
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
    process.stdout.write('locked')
    setTimeout(() => { db.exec('COMMIT'); db.close() }, ${HOLD_MS})`
  const holder = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => holder.kill())
  await once(holder.stdout, 'data')
}

t.test('a file that another process has locked is migrated and opened once it is free', async (t) => {
  const file = join(t.testdir(), 'shop.db')
  const url = `file:${file}`
  await lock(t, file, 'DELETE')
  t.ok((await migrate(url)).length > 0)
  await lock(t, file, 'WAL')
  const db = await openDb(url)
  t.equal(await db.read.user.count(), 0)
  await db.close()
})
