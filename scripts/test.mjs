/**
 * What `npm test` runs: every test on SQLite and then, when a MySQL or MariaDB server answers at TEST_MYSQL_URL
 * (mysql://root@127.0.0.1:3306), those that reach the database once more there. Arguments go to tap; with files among
 * them, these alone are run, on both. Tests of Redis start the redis-server that is
 * installed. REQUIRE_SERVICES=1 makes a server that is missing a failure.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mariadb'

const server = process.env.TEST_MYSQL_URL || 'mysql://root@127.0.0.1:3306'
const root = fileURLToPath(new URL('..', import.meta.url))
const tap = fileURLToPath(new URL('../node_modules/tap/dist/esm/run.mjs', import.meta.url))

/** Tests that no database has a part in, or that are about SQLite alone. */
const ONCE = [
  'accounts/passwords',
  'accounts/signing-key',
  'accounts/verified-tokens',
  'accounts/work-queue',
  'auth/crowds',
  'banner',
  'catalog/names',
  'catalog/plans',
  'catalog/signatures',
  'connections/closing',
  'connections/fuzz',
  'connections/handshakes',
  'connections/leaving',
  'connections/limits',
  'connections/log',
  'connections/slow-readers',
  'connections/upgrades',
  'config',
  'dashboard/demo',
  'dashboard/feed',
  'dashboard/inventory',
  'dashboard/load',
  'dashboard/looks',
  'dashboard/orders',
  'dashboard/signing-in',
  'dashboard/trouble',
  'db/backup',
  'db/direct',
  'db/driver',
  'db/lane',
  'db/migrate',
  'db/urls',
  'db/wal',
  'http/addresses',
  'http/bodies',
  'http/home',
  'http/metrics',
  'http/origins',
  'http/queries',
  'openapi',
  'orders/group-commit',
  'readme',
  'redis/link',
  'redis/lockout',
  'security',
  'setup',
  'security-log/flood-limit',
  'security-log/security-log',
  'sockets/bounds',
  'sockets/client',
  'sockets/example',
  'sockets/flood',
  'sockets/turns',
  'stream/relay',
  'tick-shape',
  'topology/balancer',
  'topology/proxies',
  'wire',
].map((name) => `test/${name}.test.ts`)

/** Tests of a database server's own ways, which have nothing to do on SQLite. */
const ON_SERVER = [
  'db/copy-program',
  'db/driver-transaction',
  'db/hostile',
  'db/mysql',
  'db/outage',
  'db/read-only',
  'orders/held',
  'topology/nodes',
  'topology/outages',
  'topology/sessions',
].map((name) => `test/${name}.test.ts`)

// Ten times what a run takes: tap ends a test file that hangs (.taprc), and this what even that can't.
const LIMIT_MINUTES = 45
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const grouped = process.platform !== 'win32'

const isTest = (name) => name.endsWith('.test.ts')
const options = process.argv.slice(2).filter((arg) => !isTest(arg))
const chosen = process.argv.slice(2).filter(isTest)

const all = readdirSync(new URL('../test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
  .filter(isTest)
  .sort()

/**
 * Runs tap. It has a process group of its own, so that nothing that a test left behind when it was killed lives on, or holds
 * the output open for whoever reads it.
 */
async function run(env, files) {
  const child = spawn(process.execPath, [tap, ...options, ...files], {
    cwd: root,
    stdio: 'inherit',
    detached: grouped,
    env: { ...process.env, ...env },
  })
  const end = (signal) => {
    try {
      process.kill(grouped ? -child.pid : child.pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error // all of them have ended
    }
  }
  let interrupted = false
  const interrupt = (signal) => {
    interrupted = true
    end(signal)
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  const limit = setTimeout(() => {
    console.error(`\n  !!! The tests did not end within ${LIMIT_MINUTES} minutes. !!!\n`)
    end('SIGTERM') // tap tells what it was at
    setTimeout(() => end('SIGKILL'), 10_000).unref()
  }, LIMIT_MINUTES * 60_000)
  const [status] = await once(child, 'exit')
  clearTimeout(limit)
  for (const signal of SIGNALS) process.off(signal, interrupt)
  end('SIGKILL')
  if (interrupted) process.exit(1)
  return status === 0
}

/** A connection to the server, if one answers. */
async function connect() {
  const { hostname: host, port, username, password } = new URL(server)
  const [user, secret] = [username, password].map(decodeURIComponent)
  return createConnection({ host, port: Number(port || 3306), user, password: secret }).catch(() => undefined)
}

/** Runs the tests on the server and drops the databases of those that were killed. */
async function runOnServer(connection) {
  const mark = randomBytes(4).toString('hex')
  const twice = all.filter((name) => !ONCE.includes(name))
  await connection.end()
  const passed = await run(
    { TEST_DATABASE: 'mysql', TEST_MYSQL_URL: server, TEST_RUN: mark },
    chosen.length ? chosen : twice,
  )
  const broom = await connect()
  const left = await broom.query('SHOW DATABASES LIKE ?', [`stockroom_test_${mark}_%`])
  for (const row of left) await broom.query(`DROP DATABASE ${Object.values(row)[0]}`)
  await broom.end()
  return passed
}

console.log('# on SQLite')
const onFile = all.filter((name) => !ON_SERVER.includes(name))
let passed = await run({ TEST_DATABASE: 'sqlite' }, chosen.length ? chosen : onFile)
if (spawnSync('redis-server', ['--version']).error) {
  console.error('\n  !!! No redis-server is installed here: nothing was tested on Redis. !!!\n')
  if (process.env.REQUIRE_SERVICES === '1') passed = false
}
const connection = await connect()
if (connection) {
  console.log(`# on the server at ${new URL(server).host}`)
  passed = (await runOnServer(connection)) && passed
} else {
  const required = process.env.REQUIRE_SERVICES === '1'
  console.error(
    `\n  !!! No MySQL or MariaDB answers at ${new URL(server).host}: nothing was tested on it. !!!\n`,
  )
  if (required) passed = false
}
process.exit(passed ? 0 : 1)
