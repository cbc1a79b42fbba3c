import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mariadb'
import type { Waiting } from '../types.js'
import { connectionSettings, DatabaseUnusable } from './connection.js'
import { isPassing } from './failures.js'
import { explained } from './refusals.js'

const PATIENCE_MS = 30_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

// INTERSECT came with 8.0.31, JSON_TABLE with MariaDB 10.6; before 10.11 there is none that is still maintained.
const OLDEST = { MySQL: [8, 0, 31], MariaDB: [10, 11, 0] }

/** @throws DatabaseUnusable for a server that is too old, and for a database that is not in utf8mb4. */
async function check(connection: Connection): Promise<void> {
  const [row] = await connection.query<{ version: string; charset: string; name: string }[]>(
    'SELECT VERSION() AS version, @@character_set_database AS charset, DATABASE() AS name',
  )
  const { version = '', charset, name } = row ?? {}
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL'
  const parts = version.split(/[.-]/).map(Number)
  const oldest = OLDEST[product]
  const at = oldest.findIndex((part, i) => parts[i] !== part)
  if (at >= 0 && Number(parts[at]) < Number(oldest[at]))
    throw new DatabaseUnusable(`${product} ${version} is too old: it must be ${oldest.join('.')} at least`)
  if (charset !== 'utf8mb4')
    throw new DatabaseUnusable(`it is in ${charset}: ALTER DATABASE ${name} CHARACTER SET utf8mb4`)
}

async function visit(url: string): Promise<void> {
  const connection = await createConnection(connectionSettings(url))
  try {
    await check(connection)
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}

/**
 * Waits, with growing pauses, until the server of `url` answers, and sees that the program can work with it.
 * @throws DatabaseUnusable when it does not in time, or cannot.
 */
export async function awaitServer(url: string, { patience = PATIENCE_MS, onWait }: Waiting): Promise<void> {
  const deadline = performance.now() + patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await visit(url)
    } catch (error) {
      if (!isPassing(error)) throw explained(error)
      if (performance.now() + pause > deadline)
        throw new DatabaseUnusable('the server does not answer: see that it runs and that the URL is right', {
          cause: error,
        })
      onWait?.(error)
      await sleep(pause)
    }
  }
}
