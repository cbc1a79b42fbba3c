import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mariadb'
import type { ServerWait } from '../db.js'
import { DatabaseUnusable } from '../errors.js'
import { connectionSettings } from './connection.js'
import { explainRefusal } from './refusals.js'
import { isTransient } from './transient-errors.js'

const PATIENCE_MS = 30_000
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 2_000

// INTERSECT requires MySQL 8.0.31, JSON_TABLE MariaDB 10.6; 10.11 is the oldest maintained MariaDB.
const MIN_VERSIONS = { MySQL: [8, 0, 31], MariaDB: [10, 11, 0] }

/**
 * Checks the server.
 * @throws DatabaseUnusable for a server older than the minimum version, or a database not in utf8mb4.
 */
async function check(connection: Connection): Promise<void> {
  const [row] = await connection.query<{ version: string; charset: string; name: string }[]>(
    'SELECT VERSION() AS version, @@character_set_database AS charset, DATABASE() AS name',
  )
  const { version = '', charset, name } = row ?? {}
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL'
  const parts = version.split(/[.-]/).map(Number)
  const oldest = MIN_VERSIONS[product]
  const at = oldest.findIndex((part, i) => parts[i] !== part)
  if (at >= 0 && Number(parts[at]) < Number(oldest[at]))
    throw new DatabaseUnusable(`${product} ${version} is too old: it must be ${oldest.join('.')} at least`)
  if (charset !== 'utf8mb4')
    throw new DatabaseUnusable(`it is in ${charset}: ALTER DATABASE ${name} CHARACTER SET utf8mb4`)
}

async function probe(url: string): Promise<void> {
  const connection = await createConnection(connectionSettings(url))
  try {
    await check(connection)
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}

/**
 * Waits with exponential back-off until the server at `url` answers, then checks its compatibility.
 * @throws DatabaseUnusable on timeout or incompatibility.
 */
export async function awaitServer(
  url: string,
  { patience = PATIENCE_MS, onWait }: ServerWait,
): Promise<void> {
  const deadline = performance.now() + patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await probe(url)
    } catch (error) {
      if (!isTransient(error)) throw explainRefusal(error)
      if (performance.now() + pause > deadline)
        throw new DatabaseUnusable('the server does not answer: see that it runs and that the URL is right', {
          cause: error,
        })
      onWait?.(error)
      await sleep(pause)
    }
  }
}
