import { existsSync } from 'node:fs'
import { DatabaseUnusable, MigrationMismatch } from '../db/errors.js'
import { loadMigrations, pendingMigrations } from '../db/migrations.js'
import { databaseFile, isServer, openDb, openSnapshot, withoutPassword } from '../db/open.js'
import type { Snapshot } from '../db/snapshot.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, warning, fault } = findingsOf('database')
const clock = findingsOf('clock')

/** Clocks set by NTP differ by milliseconds. */
const CLOCK_TOLERANCE_MS = 2_000

const NEWER =
  'Install the version of Stockroom that migrated it, or a later one; a backup from before goes with this one.'
const CURES: [RegExp, string][] = [
  [/newer than this program/, NEWER],
  [/failed earlier/, 'docs/runbook.md, "A node does not become ready", says how to complete or undo it.'],
  [/edited after/, 'Install Stockroom anew: its files must be those that were applied.'],
  [/copy into it did not end/, 'Run "stockroom copy" again: it starts from the beginning.'],
  [
    /does not answer/,
    'Start the server, let it take connections from here, or correct host and port in DATABASE_URL.',
  ],
  [/user or the password/, 'Correct the user and the password in DATABASE_URL, percent-encoded (%23 for #).'],
  [/no such database/, 'Make it: CREATE DATABASE shop CHARACTER SET utf8mb4'],
  [
    /^it is in \w+|: it is in \w+/,
    'Run that statement before the first start; "stockroom copy" moves a shop that is there.',
  ],
  [/right/, 'Give the user of DATABASE_URL all privileges on the database: GRANT ALL ON shop.* TO user'],
  [/too old/, 'Upgrade the database server.'],
  [/takes no changes/, 'Let DATABASE_URL name the primary server.'],
  [
    /takes no connections from this machine/,
    'Let the account in DATABASE_URL connect from this host: CREATE USER user@host',
  ],
]

function examineHistory(shop: Snapshot, pending: string[], isEmpty: boolean): Finding {
  const what = shop.dialect === 'sqlite' ? 'SQLite' : 'the server'
  if (isEmpty) return ok(`${what} answers; there is no shop yet, and the first start makes it`)
  if (pending.length > 0)
    return warning(
      `${pending.length} migrations are pending`,
      'Back up, and run "stockroom migrate"; a start does it too.',
    )
  return ok(`${what} answers, and fits this program`)
}

const timeOf = (value: unknown) => (value instanceof Date ? value.getTime() : Number(value))

/** Compares this machine's clock with the time of the last event: a time ahead of the clock is a fault. */
async function examineLastEvent({ query, dialect }: Snapshot): Promise<Finding[]> {
  const time = dialect === 'sqlite' ? 'created_at' : 'UNIX_TIMESTAMP(created_at) * 1000'
  const [last] = await query(`SELECT ${time} AS at FROM events ORDER BY \`offset\` DESC LIMIT 1`)
  const ahead = last ? timeOf(last.at) - Date.now() : 0
  if (ahead <= CLOCK_TOLERANCE_MS) return []
  return [
    clock.fault(
      `the last event was made ${Math.round(ahead / 1000)} s in the future of this machine's clock`,
      'Set the clock, and keep it right by NTP (systemd-timesyncd, chrony): tokens and expiries depend on it.',
    ),
  ]
}

/** Compares the clocks of this machine and of a database server. */
async function examineServerClock({ query }: Snapshot): Promise<Finding[]> {
  const before = Date.now()
  const [row] = await query('SELECT UNIX_TIMESTAMP(UTC_TIMESTAMP(3)) * 1000 AS at')
  const off = timeOf(row?.at) - (before + Date.now()) / 2
  if (Math.abs(off) <= CLOCK_TOLERANCE_MS) return [clock.ok("agrees with the database server's")]
  return [
    clock.fault(
      `the database server's clock is ${Math.round(Math.abs(off) / 1000)} s ${off > 0 ? 'ahead of' : 'behind'} this machine's`,
      'Keep both right by NTP (systemd-timesyncd, chrony): tokens and expiries depend on them.',
    ),
  ]
}

/** Examines durability and admins, by the program's own connections. */
async function examineShop(url: string, production: boolean, hasAdminSetting: boolean): Promise<Finding[]> {
  const found: Finding[] = []
  const db = await openDb(url)
  try {
    const unsafe = await db.dialect.unsafeSettings(db.read)
    if (unsafe.length > 0)
      found.push(
        warning(
          `a power cut may take orders that the server has confirmed: ${unsafe.join(', ')}`,
          'Set them to 1 in the configuration of the database server (docs/guarantees.md).',
        ),
      )
    const admins = await db.read.user.count({ where: { role: 'admin', disabled: false } })
    if (admins === 0 && production && !hasAdminSetting)
      found.push(
        findingsOf('accounts').warning(
          'there is no admin',
          'stockroom user create EMAIL --role admin, or set ADMIN_EMAIL and ADMIN_PASSWORD for one start.',
        ),
      )
  } finally {
    await db.close()
  }
  return found
}

/** Returns what to do about an error of the database at `url`. */
export function cureOf(error: unknown, url: string): string {
  const reason = reasonOf(error)
  const [, known] = CURES.find(([pattern]) => pattern.test(reason)) ?? []
  if (known) return known
  if (/readonly|read-only|^E(ACCES|PERM|ROFS)\b/.test(reason))
    return 'Let the user of the server write the file and its folder: chown, and chmod u+w.'
  if (error instanceof DatabaseUnusable)
    return `See what the server's own log says; DATABASE_URL is ${withoutPassword(url)}.`
  return 'See that DATABASE_URL names the right file. If it does, restore a backup: "stockroom restore FILE --force".'
}

/** Examines the database: whether it can be reached, fits this program, and keeps confirmed writes. */
export async function examineDatabase(
  url: string,
  { production, hasAdminSetting }: { production: boolean; hasAdminSetting: boolean },
): Promise<Finding[]> {
  if (!isServer(url) && !existsSync(databaseFile(url))) return []
  let shop: Snapshot | undefined
  try {
    shop = await openSnapshot(url)
    const history = await shop.history()
    const pending = pendingMigrations(await loadMigrations(shop.dialect), history).map(({ name }) => name)
    const found = [examineHistory(shop, pending, history.length === 0)]
    if (isServer(url)) found.push(...(await examineServerClock(shop)))
    if (history.length > 0 && pending.length === 0) {
      found.push(...(await examineLastEvent(shop)))
      found.push(...(await examineShop(url, production, hasAdminSetting)))
    }
    return found
  } catch (error) {
    const text =
      error instanceof MigrationMismatch ? reasonOf(error) : `the database cannot be used: ${reasonOf(error)}`
    return [fault(text, cureOf(error, url))]
  } finally {
    await shop?.close()
  }
}
