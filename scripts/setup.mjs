/**
 * Prepares a checkout, or returns quickly if it is up to date: the native SQLite driver, the generated Prisma clients,
 * with `--types` the types of the API, and with `--build` these and dist/ (with `--dashboard`, only its page). `.npmrc`
 * disables install scripts, so their work is done here. `--report` prints a message if there was nothing to do, and fails if the build tools are missing even if
 * dist/ exists.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readyDriver } from './driver.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

/**
 * Runs a Node script. Standard output is reserved for the program started next, so the script's goes to standard
 * error.
 */
function run(args, { env = {}, stdio = ['ignore', 2, 2] } = {}) {
  const done = spawnSync(process.execPath, args, { cwd: root, stdio, env: { ...process.env, ...env } })
  if (done.status === 0) return
  if (done.output) process.stderr.write(done.output.join(''))
  throw new Error(`${args.join(' ')} failed (${done.status ?? done.signal})`)
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

let made = 0

/** Runs `make` unless `stamp` records a run with the same inputs. */
function once(stamp, inputs, make) {
  const now = digest(inputs)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  made++
  rmSync(stamp, { force: true })
  make()
  writeFileSync(stamp, now)
}

function generateClients() {
  const inputs = [
    'prisma/models.prisma',
    'prisma/sqlite/schema.prisma',
    'prisma/sqlite/order-index.prisma',
    'prisma/mysql/schema.prisma',
  ]
    .map((f) => join(root, f))
    .concat(require.resolve('prisma/package.json'))
  once(join(root, 'src/generated/.stamp'), inputs, () => {
    console.error('setup: generating the Prisma clients')
    for (const provider of ['sqlite', 'mysql']) {
      run([require.resolve('prisma/build/index.js'), 'generate'], {
        env: { DATABASE_PROVIDER: provider, DATABASE_URL: '', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
        stdio: ['ignore', 'pipe', 'pipe'], // shown only if it fails
      })
    }
  })
}

const filesOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const dashboard = join(root, 'src/dashboard/')
const isOfClient = (file) => file.startsWith(dashboard) || file.startsWith(join(root, 'src/client/'))
const apiTypes = join(root, 'src/generated/api.ts')

/** Writes the types of the API, against which src/client and its users are checked. */
function generateApiTypes() {
  const isInput = (file) => !isOfClient(file) && !file.startsWith(join(root, 'src/generated/'))
  const sources = filesOf('src').filter(isInput)
  once(
    join(root, 'src/generated/.api-stamp'),
    [...sources, join(root, 'scripts/api-types.mjs'), lock],
    () => {
      console.error('setup: generating the types of the API')
      run([join(root, 'scripts/api-types.mjs')])
    },
  )
}
const builder = join(root, 'scripts/build.mjs')
const lock = join(root, 'package-lock.json')

function buildProgram() {
  const own = filesOf('src').filter((file) => !file.startsWith(dashboard))
  const commands = [...filesOf('demo'), ...filesOf('prisma')].filter((file) => file.endsWith('.ts'))
  const sources = [...own, ...commands]
  once(join(root, 'dist/.stamp'), [...sources, join(root, 'rolldown.config.mjs'), builder, lock], () => {
    console.error('setup: building the program')
    run([builder, 'program'])
  })
}

function buildDashboard() {
  // It depends on the rest of src/ only for types, except for the live events client.
  const sources = [...filesOf('src/dashboard'), ...filesOf('src/client'), builder, lock]
  once(join(root, 'dist/dashboard/.stamp'), sources, () => {
    console.error('setup: building the dashboard')
    run([builder, 'dashboard'], { env: { NODE_ENV: 'production' } })
  })
}

function isInstalled(name) {
  try {
    return Boolean(require.resolve(`${name}/package.json`))
  } catch {
    return false
  }
}

const asked = (option) => process.argv.includes(option)

try {
  readyDriver()
  if (['prisma', 'rolldown', 'vite'].every(isInstalled)) {
    generateClients()
    if (asked('--build') || asked('--types') || !existsSync(apiTypes)) generateApiTypes()
    if (asked('--build')) buildProgram()
    if (asked('--build') || asked('--dashboard')) buildDashboard()
    if (asked('--report') && made === 0) console.error('setup: dist/ is up to date')
  } else if (asked('--report') || !existsSync(join(root, 'dist/server.js'))) {
    // A container image has dist/ but not the build tools: starting it builds nothing.
    throw new Error('the tools that build Stockroom are not installed: run npm ci --include=dev')
  }
} catch (err) {
  console.error(`setup: ${err.message}`)
  process.exit(1)
}
