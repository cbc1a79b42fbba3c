import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, warning, fault } = findingsOf('node')

/**
 * The oldest release supported by Stockroom (package.json), and the oldest still getting fixes
 * (github.com/nodejs/release).
 */
const OLDEST = [20, 19]
const OLDEST_MAINTAINED = 22

/** Examines the version of Node. */
export function examineNode(version: string = process.versions.node): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldest = 0, oldestMinor = 0] = OLDEST
  if (major < oldest || (major === oldest && minor < oldestMinor))
    return [
      fault(`Node ${version} is too old`, `Install Node 24; ${OLDEST.join('.')} is the oldest that works.`),
    ]
  if (major < OLDEST_MAINTAINED)
    return [warning(`Node ${version} is past its end of life and gets no security fixes`, 'Install Node 24.')]
  return [ok(`Node ${version}`)]
}

/** Examines whether the SQLite driver loads. */
export async function examineDriver(
  load: () => Promise<unknown> = () => import('better-sqlite3'),
): Promise<Finding[]> {
  try {
    await load()
    return []
  } catch (error) {
    // drivers/better-sqlite3 says what to do.
    const { finding } = error as { finding?: { message: string; cure: string } }
    const { message, cure } = finding ?? {
      message: `the SQLite driver does not load: ${reasonOf(error)}`,
      cure: 'Install Stockroom anew, or set DATABASE_URL to a MySQL or MariaDB server.',
    }
    return [findingsOf('sqlite').fault(message, cure)]
  }
}
