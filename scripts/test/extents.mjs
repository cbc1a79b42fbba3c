/** Lists the test files that short runs leave out. */

/**
 * Left out of a plain `npm test`, which takes about three minutes on two cores; run by `--ci`, as CI does on every push. Most
 * start a browser, or several programs one after another. Quick tests cover what most changes can break.
 */
export const LENGTHY = [
  'accounts/in-doubt', // idempotency/in-doubt covers the same for orders
  'accounts/mails/reset-requests', // routes/auth/password-reset covers the answers
  'accounts/passwords/work', // accounts/passwords/hashing covers the costs
  'backup/backup', // stream/log-identity covers the new epoch of a restored log
  'catalog/files/one-line', // catalog/files/lines covers the limits on fewer bytes
  'catalog/files/slow-readers',
  'catalog/files/uploads', // 60 MB files; catalog/files/importing covers the answers
  'cli/data',
  'cli/keys',
  'cli/program', // starts the command line some sixty times
  'client/bundle', // builds it; client/client covers what it does
  'client/runtimes',
  'client/tabs', // in a browser
  'connections/closing',
  'connections/fuzz', // connections/leaving and connections/upgrades cover each of its moves
  'connections/handshakes', // connections/upgrades and connections/early-responses cover most of these answers
  'connections/log', // starts programs; http/addresses covers what is logged of a reset connection
  'connections/slow-readers',
  'contract/answers', // contract/fuzz checks answers against the schemas too
  'contract/openapi', // lints the document; contract/schemas compiles its schemas, and contract/fuzz compares answers with it
  'contract/who-may', // every caller on every route; contract/fuzz calls each route as most of them
  'copy/copy', // a rarely used command
  'dashboard/account',
  'dashboard/audit',
  'dashboard/bulk',
  'dashboard/day-by-keys',
  'dashboard/day-by-mouse',
  'dashboard/deleted-products', // routes/products/restoring covers its requests
  'dashboard/first-load',
  'dashboard/foreign-texts',
  'dashboard/german',
  'dashboard/in-sight',
  'dashboard/inventory',
  'dashboard/keys',
  'dashboard/languages', // reads all sources of the dashboard
  'dashboard/ledger',
  'dashboard/links',
  'dashboard/list-focus',
  'dashboard/markup',
  'dashboard/metadata',
  'dashboard/mirrored',
  'dashboard/order-filters',
  'dashboard/order-page',
  'dashboard/orders',
  'dashboard/papers',
  'dashboard/people',
  'dashboard/people-live',
  'dashboard/product-files',
  'dashboard/pulse-ranges',
  'dashboard/refresh',
  'dashboard/robust',
  'dashboard/second-step',
  'dashboard/signing-in',
  'dashboard/slow-line',
  'dashboard/starting',
  'dashboard/steady-rows',
  'dashboard/stocktake',
  'dashboard/typed-text',
  'dashboard/walk',
  'dashboard/webhooks',
  'dashboard/widths',
  'dashboard/wrong-clock',
  'db/clock', // sets clocks, and waits for locks
  'db/migrate', // starts programs; every test's database is migrated by the same code
  'db/plans', // every query of every route; catalog/search/plan covers those of product searches, and nothing quick the others
  'db/sqlite/wal',
  'db/storage-errors', // torture/torture covers a server whose storage fails
  'docs/backups', // docs/shell-blocks covers that each block has a test
  'docs/commands',
  'docs/deploy', // docs/files and docs/links cover the names in these pages
  'docs/operations',
  'docs/readme', // docs/shell-blocks covers that each block has a test
  'docs/user-commands',
  'doctor/doctor',
  'doctor/proxies',
  'doctor/services',
  'embedding/plugin', // embedding/outsiders covers the accounts, and examples are run by CI
  'examples/shop',
  'http/bodies', // contract/fuzz sends such bodies
  'http/queries', // contract/fuzz sends such queries
  'http/table-file',
  'http/tick-shape', // runs node with the flags of a profiler
  'idempotency/imports', // idempotency/claims covers the keys, and catalog/files/importing the files
  'idempotency/nodes', // idempotency/claims covers rivals on one node
  'idempotency/operations', // idempotency/claims and adjustments cover single operations
  'metadata/largest', // metadata/orders covers smaller ones
  'nodes/election', // waits for leases to expire; nodes/as-one covers an election
  'nodes/node-channels', // nodes/as-one and nodes/shared-queue use such channels
  'orders/search/flat', // orders/search/fill covers how much is read
  'orders/search/holds',
  'orders/stock-model', // random histories; orders/placing and orders/changing cover each step
  'programs/answer-kill', // torture/torture kills servers under load
  'programs/expiry-kill',
  'programs/import-kill',
  'programs/lost-log',
  'programs/server',
  'programs/setup', // builds
  'programs/shared-process', // tests the test runner
  'programs/webhook-kill',
  'programs/webhook-tls', // webhooks/transport covers certificates
  'pulse/clock', // pulse/pulse covers the figures
  'redis/account-changes', // two nodes; accounts/sessions/session-ends covers one
  'redis/devices', // two nodes; accounts/lockout covers one
  'redis/failover',
  'redis/link',
  'redis/nodes',
  'routes/auth/devices', // accounts/lockout covers the counts
  'routes/auth/first-proof', // routes/auth/password-reset and email-verification cover the mailed links
  'routes/auth/mfa-guesses', // routes/auth/mfa covers wrong codes
  'routes/auth/passkeys-browser', // routes/auth/passkeys covers the same with an authenticator in code
  'routes/auth/spraying', // accounts/lockout covers the counts
  'routes/events/restored', // stream/log-identity covers a new epoch
  'sales/sales', // sales/recent-sales covers the sums
  'security/scanners', // security/injection covers the answers to hostile input
  'sockets/bounds', // sockets/connections and sockets/flood cover limits of sockets
  'sockets/example',
  'sockets/replay',
  'sockets/streams', // sse/event-streams covers what each view shows
  'sse/clients',
  'topology/elected-committer', // kills and suspends nodes; nodes/as-one and nodes/shared-queue cover the rest
  'topology/log-sharing', // two nodes; stream/relay covers one
  'topology/proxies', // http/addresses covers their headers, without nginx and Apache
  'topology/stock-model', // orders/stock-model covers the same rules on one node
  'topology/tls-files', // topology/tls covers the settings
  'tracing/events', // tracing/orders covers the rest of a trace
  'tracing/workers',
  'user/arguments',
  'user/user',
  'verify/verify',
  'workers/as-one',
  'workers/deaths',
  'workers/hanging',
].map((name) => `test/${name}.test.ts`)

/**
 * Run with `--all` only, as before a release: programs besides the server, which few changes affect, and long
 * variants of shorter tests.
 */
export const SLOW = [
  'backup/litestream', // needs Litestream; backup/backup covers the restore of a file
  'backup/point-in-time', // docs/backups covers the restore of a dump
  'programs/package', // packs, and installs from the registry
  'programs/seed',
  'programs/fork', // builds a copy of the checkout, and runs tests in it; docs/extending covers that its diffs fit
  'catalog/search/hostile', // a hundred thousand products; search/plan and search/budget cover the same bounds on fewer
  'catalog/search/reindex-kill', // concerns databases of older versions
  'catalog/search/reindex-names', // the same
  'dashboard/demo',
  'dashboard/load', // the feed is covered by dashboard/orders and dashboard/feed
  'dashboard/looks', // colours, widths and keys; dashboard/widths and dashboard/keys cover the same on fewer pages
  'dashboard/memory', // half a million orders; dashboard/feed covers that rows are evicted
  'dashboard/states', // axe on all states; the tests of most pages run it on the usual ones
  'dashboard/trouble', // the dashboard during outages; dashboard/orders covers its actions
  'routes/auth/crowds', // floods of sign-ins; passwords/fair-queue covers the queue
  'contract/asyncapi',
  'contract/generators', // contract/openapi checks the needs of generators
  'http/docs-app',
  'programs/runner',
  'programs/scripts',
  'sockets/restart', // sockets/replay covers a burst of resuming sockets
  'topology/balancer', // topology/proxies covers nginx before one node
  'topology/rolling-upgrade', // builds the version before
  'topology/tls-inside', // db/urls and redis/link cover the settings
  'torture/checks/checks', // tests of the torture's own tools: torture/torture runs all of them together
  'torture/faults/clock',
  'torture/faults/full-disk',
  'torture/faults/io-errors',
  'torture/faults/power-cut',
  'torture/faults/read-only',
].map((name) => `test/${name}.test.ts`)
