/**
 * Runs `npm test`: every test on SQLite, and then the tests using the database again on a server: the one at
 * TEST_MYSQL_URL, or else the installed MariaDB with its data in memory, or else the one at 127.0.0.1:3306. Redis tests
 * start the installed redis-server. With REQUIRE_SERVICES=1 a missing server is a failure.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { tsImport } from 'tsx/esm/api'
import './end-with-npm.mjs'
import { bundleTests, testFiles } from './test/bundle.mjs'
import { startMariadb } from './test/mariadb.mjs'
import { fileReport, summary } from './test/report.mjs'
import { runAll } from './test/run-all.mjs'
import { hostOf, suitesFor } from './test/suites.mjs'

const USAGE = `npm test -- [options] [files or folders]
  --sqlite, --mysql  on this database alone
  --ci               the long files too (LENGTHY in scripts/test/extents.mjs), as CI does
  --all              and the slow ones (SLOW); those that are named run in any case
  --grep=PATTERN     only tests of this name ('/a regular expression/'); once more for the tests within
  --jobs=N           so many files at a time
  --timeout=SECONDS  after which a file counts as hanging; 0 for never
  --tap              print all that the tests say, comments included`

// Of the random cases that CI tries.
const QUICK_EFFORT = '0.25'
// A test file takes seconds, so on any working machine this many minutes mean a hang.
const LIMIT_SECONDS = 20 * 60
// Tests take ports from eight ranges (test/helpers/ports.ts). Two jobs per core by default: tests wait for about half their time.
const MAX_JOBS = 8
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const root = fileURLToPath(new URL('..', import.meta.url))
const required = process.env.REQUIRE_SERVICES === '1'

const { values: options, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        sqlite: { type: 'boolean', default: false },
        mysql: { type: 'boolean', default: false },
        ci: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        grep: { type: 'string', multiple: true, default: [] },
        jobs: { type: 'string', default: String(2 * availableParallelism()) },
        timeout: { type: 'string', default: String(LIMIT_SECONDS) },
        tap: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
})()

/** Returns the files named by the arguments, folders expanded; undefined without arguments. */
function chosenFiles() {
  if (positionals.length === 0) return undefined
  const all = testFiles()
  return positionals.flatMap((given) => {
    const name = relative(root, given).replaceAll('\\', '/')
    if (/\.m?js$/.test(name)) return [name] // other than TypeScript, run as is
    const found = all.filter((file) => file === name || file.startsWith(`${name}/`))
    if (found.length > 0) return found
    console.error(`no test file: ${given}\n\n${USAGE}`)
    return process.exit(2)
  })
}

// Tests start the built program. Exits the process if the build fails.
if (!process.env.TEST_BUILT) {
  process.argv.push('--build')
  await import('./setup.mjs')
}

const chosen = chosenFiles()
const only = options.sqlite || options.mysql
const stop = new AbortController()
for (const signal of SIGNALS) process.on(signal, () => stop.abort())

// In memory where there is much of it: most of the time of a test on a disk goes to the syncs of its database.
const SHARED_MEMORY = '/dev/shm'
const ENOUGH_BYTES = 4 * 1024 ** 3
const inMemory = existsSync(SHARED_MEMORY) && freeBytes(SHARED_MEMORY) > ENOUGH_BYTES
const folder = mkdtempSync(join(inMemory ? SHARED_MEMORY : tmpdir(), 'stockroom-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const inFolder = (name) => {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}
// Databases for tests to copy instead of migrating an empty one (test/helpers/template.ts).
const templates = inFolder('templates')
const temporary = inFolder('tmp')
const fixtures = inFolder('files')
// Programs written there by tests belong to the package, and find it and its dependencies.
for (const name of ['package.json', 'node_modules', 'dist', 'src'])
  symlinkSync(join(root, name), join(fixtures, name), 'junction')

/** Returns the free space of the file system of `path`. */
function freeBytes(path) {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

let bundle
/** Returns the compiled program of a test file. */
async function scriptOf(file) {
  if (!file.endsWith('.ts')) return join(root, file)
  bundle ??= await bundleTests()
  return join(bundle, file.replace(/^test\/(.*)\.ts$/, '$1.js'))
}

/** Returns how many of the long files run. */
function extentOf() {
  if (chosen || options.all) return 'all'
  return options.ci ? 'ci' : 'quick'
}

/** Runs the tests on a database. @returns whether all of them passed. */
async function runOn(database, settings = {}) {
  const files = suitesFor(database, chosen ?? testFiles(), extentOf())
  if (files.length === 0) {
    console.log(`none of these files is for ${database}`)
    return !only
  }
  const scripts = new Map()
  for (const file of files) scripts.set(file, await scriptOf(file))
  const outcomes = new Map()
  const begun = performance.now()
  await runAll(scripts, {
    jobs: Math.max(1, Math.min(MAX_JOBS, Number(options.jobs))),
    limit: Number(options.timeout),
    signal: stop.signal,
    hostOf,
    env: {
      ...process.env,
      TEST_DATABASE: database,
      TEST_TEMPLATES: templates,
      TEST_FOLDER: fixtures,
      TMPDIR: temporary,
      TEST_BUILT: '1',
      TEST_EFFORT: process.env.TEST_EFFORT || (extentOf() === 'quick' ? QUICK_EFFORT : '1'),
      NODE_COMPILE_CACHE: join(root, '.tap/compiled'), // from Node 22.1 on
      ...(options.grep.length > 0 && { TAP_GREP: options.grep.join('\n') }),
      ...settings,
    },
    ...(options.tap && { onOutput: (text) => process.stdout.write(text) }),
    onEnd(file, outcome) {
      if (stop.signal.aborted) return
      outcomes.set(file, outcome)
      console.log(fileReport(file, outcome))
    },
  })
  console.log(`\n${summary(database, outcomes, (performance.now() - begun) / 1000)}\n`)
  if (stop.signal.aborted) {
    console.log('The tests were interrupted.')
    return false
  }
  return [...outcomes.values()].every(({ ok }) => ok)
}

/** Runs the tests on the server and drops the databases left by killed tests. */
async function runOnServer({ serverUrl, connectToServer }) {
  const mark = randomBytes(4).toString('hex')
  const passed = await runOn('mysql', { TEST_MYSQL_URL: serverUrl, TEST_RUN: mark })
  const broom = await connectToServer().catch(() => undefined)
  if (!broom) return false
  const left = await broom.query('SHOW DATABASES LIKE ?', [`stockroom_test_${mark}_%`])
  for (const row of left) await broom.query(`DROP DATABASE IF EXISTS ${Object.values(row)[0]}`)
  await broom.end()
  return passed
}

/** Prints a prominent warning about a missing service. @returns whether the tests may pass without it. */
function missing(message) {
  console.error(`  !!! ${message} !!!\n`)
  return !required
}

let passed = true
if (!options.mysql) passed = await runOn('sqlite')
if (!stop.signal.aborted && spawnSync('redis-server', ['--version']).error)
  passed = missing('No redis-server is installed here: nothing was tested on Redis.') && passed
if (!stop.signal.aborted && !options.sqlite) {
  const own = inMemory && !process.env.TEST_MYSQL_URL ? await startMariadb(folder) : undefined
  if (own) process.env.TEST_MYSQL_URL = own.url
  const server = await tsImport('./database-server.ts', import.meta.url)
  const connection = await server.connectToServer().catch(() => undefined)
  await connection?.end()
  const { host } = new URL(server.serverUrl)
  if (connection) passed = (await runOnServer(server)) && passed
  else passed = missing(`No MySQL or MariaDB answers at ${host}: nothing was tested on it.`) && passed
  await own?.stop()
}
process.exit(passed ? 0 : 1)
