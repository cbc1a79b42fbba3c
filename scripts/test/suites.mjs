/** Defines which test files run on which database. */

/** Folders of tests to which it does not matter which database the server has. */
const FOLDERS_ON_FILE_ALONE = ['test/dashboard/']

/** Tests without a database, or about SQLite only. */
const ON_FILE_ALONE = [
  'accounts/passwords/hashing',
  'accounts/access-tokens/signing-key',
  'accounts/access-tokens/verified-cache',
  'accounts/lockout/lockout',
  'accounts/lockout/guesses',
  'accounts/passwords/fair-queue',
  'routes/auth/crowds',
  'programs/banner',
  'catalog/search/tokenize',
  'catalog/search/plan',
  'catalog/search/signatures',
  'connections/accept-pace',
  'connections/closing',
  'connections/fuzz',
  'connections/handshakes',
  'connections/host',
  'connections/leaving',
  'connections/limits',
  'connections/log',
  'connections/slow-readers',
  'connections/upgrades',
  'cli/program',
  'client/bundle',
  'client/retries',
  'client/runtimes',
  'client/tabs',
  'config',
  'config/addresses',
  'config/misspelt',
  'backup/backup',
  'db/sqlite/raw-transaction',
  'db/sqlite/commit',
  'db/sqlite/driver',
  'db/admission',
  'db/mysql/hosts/choose',
  'db/migrate',
  'db/urls',
  'db/sqlite/wal',
  'log/destination',
  'http/addresses',
  'http/bodies',
  'http/etag',
  'http/field-faults',
  'http/paced',
  'routes/home/home',
  'routes/metrics/metrics',
  'http/origins',
  'http/queries',
  'http/rate-limit',
  'contract/asyncapi',
  'contract/generators',
  'contract/openapi',
  'contract/who-may', // access is decided before the database is asked
  'orders/batches',
  'orders/group-commit',
  'orders/refusal-line',
  'orders/search/holds',
  'docs/operations',
  'docs/readme',
  'examples/shop',
  'docs/links',
  'docs/shell-blocks',
  'redis/failover',
  'redis/link',
  'redis/lockout',
  'regular-files',
  'programs/package',
  'programs/runner',
  'programs/scripts',
  'security/scanners',
  'programs/setup',
  'security-log/flood-limit',
  'security-log/security-log',
  'sockets/bounds',
  'sockets/client',
  'sockets/example',
  'sockets/flood',
  'sockets/turns',
  'stream/pages',
  'stream/position-file',
  'stream/recent',
  'stream/relay',
  'stream/relay-waits',
  'stream/stock-events',
  'stream/views',
  'http/tick-shape',
  'topology/balancer',
  'topology/proxies',
  'topology/tls-files',
  'torture/checks/checks',
  'torture/faults/clock',
  'torture/faults/full-disk',
  'torture/faults/io-errors',
  'torture/faults/power-cut',
  'torture/faults/read-only',
  'torture/report/guarantees',
  'torture/report/table',
  'torture/servers/commits',
  'http/wire',
  'webhooks/addresses',
  'webhooks/deliverer',
  'webhooks/example',
  'webhooks/transport',
].map((name) => `test/${name}.test.ts`)

/** Tests specific to a database server. */
const ON_SERVER_ALONE = [
  'copy/copy-program',
  'docs/scaling',
  'db/mysql/raw-transaction',
  'db/mysql/durability',
  'db/mysql/hostile',
  'db/mysql/server',
  'db/mysql/outage',
  'db/mysql/hosts/switchover',
  'db/mysql/read-only',
  'orders/held',
  'topology/nodes',
  'topology/outages',
  'topology/sessions',
].map((name) => `test/${name}.test.ts`)

/**
 * Run with `--all` only, as before a release: programs besides the server, which few changes affect, and long
 * variants of shorter tests.
 */
const SLOW = [
  'programs/package', // packs, and installs from the registry
  'programs/seed',
  'catalog/search/hostile', // a hundred thousand products; search/plan and search/budget cover the same bounds on fewer
  'catalog/search/reindex-names', // concerns databases of older versions
  'dashboard/demo',
  'dashboard/load', // the feed is covered by dashboard/orders and dashboard/feed
  'dashboard/looks', // colours, widths and keys; dashboard/markup checks every page's accessibility
  'dashboard/trouble', // the dashboard during outages; dashboard/orders covers its actions
  'routes/auth/crowds', // floods of sign-ins; passwords/fair-queue covers the queue
  'contract/asyncapi',
  'contract/generators', // contract/openapi checks the needs of generators
  'http/docs-app',
  'programs/runner',
  'programs/scripts',
  'sockets/restart', // sockets/replay covers a burst of resuming sockets
  'topology/balancer', // topology/proxies covers nginx before one node
  'topology/tls-inside', // db/urls and redis/link cover the settings
  'torture/checks/checks', // tests of the torture's own tools: torture/torture runs all of them together
  'torture/faults/clock',
  'torture/faults/full-disk',
  'torture/faults/io-errors',
  'torture/faults/power-cut',
  'torture/faults/read-only',
].map((name) => `test/${name}.test.ts`)

/**
 * Tests with an effect on the whole process or with measurements of it, and tests of expiry: the clock of ids never goes
 * back, and other tests set it forward.
 */
const IN_OWN_PROCESS = [
  'audit/list-audit', // compares the times of ids
  'db/clock',
  'orders/expiry',
  'orders/stock-model',
  'topology/stock-model',
].map((name) => `test/${name}.test.ts`)

/** Returns in which process `file` runs: with others, alone, or as a program itself. */
export function hostOf(file) {
  if (!file.endsWith('.ts')) return 'none'
  return IN_OWN_PROCESS.includes(file) ? 'own' : 'shared'
}

/** The longest start first, lest one run alone at the end. */
const LONG = [
  'programs/package',
  'contract/fuzz',
  'dashboard/trouble',
  'programs/server',
  'programs/scripts',
  'backup/backup',
  'doctor/doctor',
  'topology/nodes',
  'topology/outages',
  'orders/stock-model',
  'dashboard/load',
  'dashboard/markup',
  'dashboard/signing-in',
  'sockets/restart',
  'programs/runner',
  'redis/link',
  'connections/fuzz',
  'topology/balancer',
  'dashboard/walk',
  'dashboard/second-step',
  'dashboard/account',
  'dashboard/audit',
  'dashboard/people',
  'dashboard/orders',
  'dashboard/links',
  'dashboard/looks',
  'catalog/search/hostile',
  'redis/nodes',
  'connections/slow-readers',
  'sockets/replay',
  'dashboard/inventory',
  'routes/auth/crowds',
  'db/storage-errors',
  'routes/events/restored',
  'torture/torture',
  'db/plans',
  'catalog/search/reindex-names',
  'sockets/bounds',
  'connections/closing',
  'db/mysql/outage',
].map((name) => `test/${name}.test.ts`)

/**
 * Returns those of `files` to run on `database`, in start order.
 * @param {string[]} files paths from the root of the checkout
 * @param {'sqlite' | 'mysql'} database
 * @param {boolean} all include the slow ones
 */
export function suitesFor(database, files, all) {
  const left = [...(database === 'sqlite' ? ON_SERVER_ALONE : ON_FILE_ALONE), ...(all ? [] : SLOW)]
  const isFor = (file) =>
    database === 'sqlite' || !FOLDERS_ON_FILE_ALONE.some((name) => file.startsWith(name))
  const rank = (file) => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length)
  return files.filter((file) => !left.includes(file) && isFor(file)).sort((a, b) => rank(a) - rank(b))
}
