/** System variables by name, without those a server does not know. */
export type Variables = ReadonlyMap<string, string>

// INTERSECT requires MySQL 8.0.31, JSON_TABLE MariaDB 10.6; 10.11 is the oldest maintained MariaDB.
const MIN_VERSIONS = { MySQL: [8, 0, 31], MariaDB: [10, 11, 0] }

/**
 * Products with MySQL's protocol and one of its versions at the beginning of their own: TiDB's is like
 * 8.0.11-TiDB-v8.5.0, Vitess' like 8.0.30-Vitess.
 */
const OTHERS: [RegExp, string][] = [
  [/tidb/i, 'TiDB, which lacks SKIP LOCKED and JSON_TABLE'],
  [/vitess|planetscale/i, 'Vitess, where a transaction over several shards is not atomic by default'],
]

const AURORA_HINT = ' (Aurora MySQL 3.05 is compatible with 8.0.32)'

/** Returns why Stockroom does not run on a server with these variables; undefined if it does. */
export function productFault(variables: Variables): string | undefined {
  const version = variables.get('version') ?? ''
  const banner = `${version} ${variables.get('version_comment') ?? ''}`
  const other = OTHERS.find(([name]) => name.test(banner))
  if (other) return `the server is ${other[1]}: Stockroom does not run on it (its version is ${version})`
  if (
    variables.get('group_replication_group_name') &&
    variables.get('group_replication_single_primary_mode') === 'OFF'
  )
    return 'its replication group has several primaries, whose row locks do not hold on each other: switch it to one with SELECT group_replication_switch_to_single_primary_mode()'
  const product = /mariadb/i.test(banner) ? 'MariaDB' : 'MySQL'
  const parts = version.split(/[.-]/).map(Number)
  const oldest = MIN_VERSIONS[product]
  const at = oldest.findIndex((part, i) => parts[i] !== part)
  if (at < 0 || Number(parts[at]) >= Number(oldest[at])) return undefined
  const hint = variables.has('aurora_version') ? AURORA_HINT : ''
  return `${product} ${version} is too old: it must be ${oldest.join('.')} at least${hint}`
}
