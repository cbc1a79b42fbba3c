import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { databaseFile, dataFolder, isServer } from '../db/open.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, warning, fault } = findingsOf('files')
const disk = findingsOf('disk')

const MIB = 1024 * 1024
/** Below this, a checkpoint of the write-ahead log or a backup may fill the disk. */
const LEAST_FREE = 200 * MIB
/** The write-ahead log is at most a few megabytes unless something keeps it from being applied. */
const LARGE_LOG = 1024 * MIB

/** Types of network file systems (statfs(2)), where SQLite's locks cannot be relied upon (https://www.sqlite.org/faq.html#q5). */
const NETWORK: Record<number, string> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  1397113167: 'AFS',
}

/** Permission bits of the group and of others. */
const OTHERS = 0o077

/** Returns the nearest existing folder at or above `folder`. */
function existing(folder: string): string {
  const parent = dirname(folder)
  return existsSync(folder) || parent === folder ? folder : existing(parent)
}

function refusal(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Examines the permissions of a file of secrets. Windows has no such bits. */
function examineRights(file: string, what: string): Finding[] {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (!stats) return []
  const found: Finding[] = []
  if (process.platform !== 'win32' && stats.isFile() && (stats.mode & OTHERS) !== 0)
    found.push(
      warning(`${what} ${file} can be read or changed by other users of this machine`, `chmod 600 ${file}`),
    )
  const denied = refusal(file, constants.R_OK)
  if (denied)
    found.push(
      fault(
        `${what} ${file} cannot be read: ${denied}`,
        'Run as the user of the server, or chown the file to it.',
      ),
    )
  return found
}

function examineFolder(folder: string): Finding[] {
  const at = existing(folder)
  if (!statSync(at).isDirectory())
    return [fault(`${folder} cannot be made: ${at} is not a folder`, 'Name another folder in DATABASE_URL.')]
  const denied = refusal(at, constants.W_OK | constants.X_OK)
  if (!denied) return []
  return [fault(`${at} cannot be written: ${denied}`, `Give it to the user of the server: chown USER ${at}`)]
}

function examineDisk(folder: string, onDisk: number): Finding[] {
  const { bavail, bsize, type } = statfsSync(existing(folder))
  const free = bavail * bsize
  const found: Finding[] = []
  if (NETWORK[type])
    found.push(
      disk.fault(
        `${folder} is on a network file system (${NETWORK[type]}), whose locks do not protect a SQLite database`,
        'Move it to a disk of this machine, or use MySQL or MariaDB.',
      ),
    )
  const text = `${Math.floor(free / MIB)} MiB are free in ${folder}`
  if (free < LEAST_FREE)
    found.push(disk.fault(text, 'Free some space: orders are refused once there is none.'))
  else if (free < onDisk)
    found.push(disk.warning(`${text}, less than the database has`, 'Make room for a backup beside it.'))
  else found.push(disk.ok(text))
  return found
}

function examineDatabaseFile(file: string, canBeMade: boolean): Finding[] {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (!stats) return canBeMade ? [ok(`${file} is not there yet: the first start makes it`)] : []
  if (!stats.isFile()) return [] // the settings name it as a fault
  const found = examineRights(file, 'the database')
  const denied = refusal(file, constants.W_OK)
  if (denied)
    found.push(
      fault(`${file} cannot be written: ${denied}`, `Give it to the user of the server: chown USER ${file}`),
    )
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (log > LARGE_LOG)
    found.push(
      warning(
        `the write-ahead log has ${Math.round(log / MIB)} MiB`,
        'Look for a program that has had the database open for long, such as a backup that hangs, and end it.',
      ),
    )
  return found
}

/** Examines the files of a shop: their places, their permissions and the free space. */
export function examineFiles(databaseUrl: string): Finding[] {
  const folder = dataFolder(databaseUrl)
  const file = isServer(databaseUrl) ? undefined : databaseFile(databaseUrl)
  const unusable = examineFolder(folder)
  if (!statSync(existing(folder)).isDirectory()) return unusable
  const found = [
    ...unusable,
    ...(file ? examineDatabaseFile(file, unusable.length === 0) : []),
    ...examineRights(join(folder, 'jwt-secret'), 'the signing key'),
    ...examineRights(resolve('.env'), 'the settings file'),
  ]
  const size = file ? (statSync(file, { throwIfNoEntry: false })?.size ?? 0) : 0
  return [...found, ...examineDisk(folder, size)]
}
