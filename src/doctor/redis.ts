import { newId } from '../ids.js'
import { openConnection } from '../redis/connection.js'
import { isRefusal } from '../redis/refusal.js'
import { parseRedisUrl } from '../redis/url.js'
import { within } from '../within.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, warning, fault } = findingsOf('redis')

const PATIENCE_MS = 3_000
/** Release 6.0 introduced users and the commands used for limits. */
const OLDEST = 6

/** Examines whether Redis serves the needs of Stockroom: readable writes, and messages received. */
export async function examineRedis(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) return []
  const address = parseRedisUrl(url)
  const host = address.hosts.map((each) => `${each.host}:${each.port}`).join(', ')
  let connection: Awaited<ReturnType<typeof openConnection>> | undefined
  try {
    connection = await openConnection({
      address,
      // In braces, so that a cluster keeps the keys together.
      prefix: `{stockroom-doctor-${newId()}}:`,
      node: 'doctor',
      onMessage: () => undefined,
      onEnd: () => undefined,
    })
    await within(PATIENCE_MS, connection.begin())
    const info = await connection.client.info().catch(() => '') // its user may lack the right
    const [, version = '0'] = /redis_version:(\S+)/.exec(info) ?? []
    if (Number.parseInt(version, 10) < OLDEST)
      return [fault(`Redis ${version} at ${host} is too old`, `Install Redis ${OLDEST} or later, or Valkey.`)]
    return [ok(`Redis ${version} at ${host} stores and notifies`)]
  } catch (error) {
    if (isRefusal(error))
      return [
        fault(
          `Redis at ${host} refuses what REDIS_URL says: ${reasonOf(error)}`,
          'Correct the user, the password or the number of the database in REDIS_URL.',
        ),
      ]
    return [
      warning(
        `Redis at ${host} cannot be used: ${reasonOf(error)}`,
        'Start it, or correct REDIS_URL. Orders go on without it; limits and locks are then counted by each process for itself.',
      ),
    ]
  } finally {
    connection?.drop()
  }
}
