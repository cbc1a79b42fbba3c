import { type Finding, findingsOf } from './finding.js'

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
    return [
      findingsOf('sqlite').fault(
        `the SQLite driver does not load: ${(error as Error).message.split('\n', 1)[0]}`,
        'Use Node 24 on Linux, macOS or Windows (x64, arm64), which needs no compiler, and install again; elsewhere install python3, make and g++ first. Or set DATABASE_URL to a MySQL or MariaDB server.',
      ),
    ]
  }
}
