/** Defines which test files run, on which database, in which process, and in which order. */

import { FOLDERS_ON_FILE_ALONE, ON_FILE_ALONE, ON_SERVER_ALONE } from './databases.mjs'
import { LENGTHY, SLOW } from './extents.mjs'

/** Tests with an effect on the whole process, such as on the clock of ids, which never goes back, or with measurements of it. */
const IN_OWN_PROCESS = [
  'accounts/lockout/guesses', // sets the clock forward
  'accounts/sessions/revocations',
  'audit/list-audit', // compares the times of ids
  'db/clock',
  'orders/commit-order',
  'orders/expiry',
  'orders/stock-model',
  'pulse/clock',
  'topology/stock-model',
].map((name) => `test/${name}.test.ts`)

/** Returns in which process `file` runs: with others, alone, or as a program itself. */
export function hostOf(file) {
  if (!file.endsWith('.ts')) return 'none'
  return IN_OWN_PROCESS.includes(file) ? 'own' : 'shared'
}

/** The longest start first, lest one run alone at the end. */
const LONG = [
  'dashboard/memory',
  'programs/package',
  'contract/fuzz',
  'contract/who-may',
  'dashboard/trouble',
  'dashboard/states',
  'dashboard/day-by-keys',
  'dashboard/day-by-mouse',
  'programs/server',
  'programs/scripts',
  'backup/backup',
  'doctor/doctor',
  'topology/nodes',
  'topology/elected-committer',
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
  'catalog/search/reindex-kill',
  'catalog/search/reindex-names',
  'sockets/bounds',
  'connections/closing',
  'db/mysql/outage',
].map((name) => `test/${name}.test.ts`)

/**
 * Returns those of `files` to run on `database`, in start order.
 * @param {string[]} files paths from the root of the checkout
 * @param {'sqlite' | 'mysql'} database
 * @param {'quick' | 'ci' | 'all'} extent how many of the long ones: none, those that CI runs on every push, or all
 */
export function suitesFor(database, files, extent) {
  const left = [
    ...(database === 'sqlite' ? ON_SERVER_ALONE : ON_FILE_ALONE),
    ...(extent === 'all' ? [] : SLOW),
    ...(extent === 'quick' ? LENGTHY : []),
  ]
  const isFor = (file) =>
    database === 'sqlite' || !FOLDERS_ON_FILE_ALONE.some((name) => file.startsWith(name))
  const rank = (file) => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length)
  return files.filter((file) => !left.includes(file) && isFor(file)).sort((a, b) => rank(a) - rank(b))
}

/** Returns the files that the lists above name. */
export const listedFiles = () => [
  ...ON_FILE_ALONE,
  ...ON_SERVER_ALONE,
  ...LENGTHY,
  ...SLOW,
  ...IN_OWN_PROCESS,
  ...LONG,
]
