import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, type ConnectionConfig, createConnection } from 'mariadb'
import { urlOfEachHost } from '../../url-parts.js'
import type { ServerWait } from '../db.js'
import { DatabaseUnusable } from '../errors.js'
import { connectionSettings } from './connection.js'
import { Primary } from './hosts/primary.js'
import { statusOf } from './hosts/status.js'
import { explainRefusal, messageOf } from './refusals.js'
import { isRetryable } from './retryable-errors.js'

const PATIENCE_MS = 30_000
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 2_000

/** None of several servers takes writes at the moment. */
class NoPrimary extends DatabaseUnusable {}

/**
 * Checks the server and its database.
 * @throws DatabaseUnusable for an unsupported server, or a database not in utf8mb4.
 */
async function check(connection: Connection): Promise<void> {
  await statusOf(connection)
  const [row] = await connection.query<{ charset: string; name: string }[]>(
    'SELECT @@character_set_database AS charset, DATABASE() AS name',
  )
  const { charset, name } = row ?? {}
  if (charset !== 'utf8mb4')
    throw new DatabaseUnusable(`it is in ${charset}: ALTER DATABASE ${name} CHARACTER SET utf8mb4`)
}

async function findPrimary(url: string): Promise<ConnectionConfig> {
  if (urlOfEachHost(url).length === 1) return connectionSettings(url)
  const primary = new Primary(url)
  try {
    await primary.look()
    if (primary.none === undefined) return primary.settings
    const refusal = primary.errors.find((error) => !isRetryable(error))
    throw refusal ?? new NoPrimary(`no server takes writes: ${primary.none}`)
  } finally {
    primary.close()
  }
}

async function probe(url: string): Promise<ConnectionConfig> {
  const settings = await findPrimary(url)
  const connection = await createConnection(settings)
  try {
    await check(connection)
    return settings
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}

/**
 * Waits with exponential back-off until a server of `url` takes writes, or the only one answers, then checks its
 * compatibility.
 * @returns the driver settings for it
 * @throws DatabaseUnusable on timeout or incompatibility.
 */
export async function awaitServer(
  url: string,
  { patience = PATIENCE_MS, onWait }: ServerWait,
): Promise<ConnectionConfig> {
  const deadline = performance.now() + patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await probe(url)
    } catch (error) {
      const isLate = performance.now() + pause > deadline
      if (error instanceof NoPrimary ? isLate : !isRetryable(error)) throw explainRefusal(error)
      if (isLate)
        throw new DatabaseUnusable(
          `the server does not answer (${messageOf(error)}): see that it runs and that the URL is right`,
          { cause: error },
        )
      onWait?.(error)
      await sleep(pause)
    }
  }
}
