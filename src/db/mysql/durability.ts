import type { RawTx } from '../transaction.js'

const NAMES = ['innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog']

const SETTINGS_QUERY = `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${NAMES.map((name) => `'${name}'`).join(', ')})`

/** `3` exists only in MariaDB and syncs even more often. */
const SYNCED_COMMITS = ['1', '3']

/**
 * Returns the settings under which a power cut can lose confirmed commits: redo log not synced per commit, or
 * a binary log not synced, since crash recovery uses it to decide which of the last commits to keep. Settings
 * unknown to the server are skipped.
 */
export function unsafeOf(settings: ReadonlyMap<string, string>): string[] {
  const [commits, log, binlog] = NAMES.map((name) => settings.get(name))
  const unsafe: string[] = []
  if (commits !== undefined && !SYNCED_COMMITS.includes(commits)) unsafe.push(`${NAMES[0]}=${commits}`)
  if (log === 'ON' && binlog !== undefined && binlog !== '1') unsafe.push(`${NAMES[2]}=${binlog}`)
  return unsafe
}

/**
 * Queries the settings under which a power cut can lose confirmed commits.
 * @returns each as `name=value`
 */
export async function unsafeSettings(reader: Pick<RawTx, '$queryRawUnsafe'>): Promise<string[]> {
  const rows = await reader.$queryRawUnsafe<{ Variable_name: string; Value: string }[]>(SETTINGS_QUERY)
  return unsafeOf(new Map(rows.map((row) => [row.Variable_name, row.Value])))
}
