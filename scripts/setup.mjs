/**
 * Readies a checkout, and does nothing (quickly) where it is ready: the native SQLite driver, the generated
 * Prisma clients and, with `--build`, dist/ (with `--dashboard`, its page alone). `.npmrc` keeps install scripts off, so what is wanted runs here.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

function run(args, env = {}) {
  const done = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 2, 2], // standard output belongs to whatever is started next
    env: { ...process.env, ...env },
  })
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed (${done.status ?? done.signal})`)
}

const driverLoads = () =>
  spawnSync(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:')"], { cwd: root }).status ===
  0

function readyDriver() {
  // A build of another Node version loads into none but that one, so its mark holds the ABI.
  const mark = join(root, 'node_modules/better-sqlite3/build/.ready')
  const abi = `${process.platform}-${process.arch}-${process.versions.modules}`
  if (existsSync(mark) && readFileSync(mark, 'utf8') === abi) return
  if (!driverLoads()) {
    console.error('setup: fetching or compiling better-sqlite3 (about a minute when it compiles)')
    const args = ['rebuild', 'better-sqlite3', '--ignore-scripts=false']
    // npm says where its own JavaScript is; running that needs no shell, on Windows either.
    const npm = process.env.npm_execpath
    if (npm?.endsWith('.js')) run([npm, ...args])
    else spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    if (!driverLoads()) {
      throw new Error('better-sqlite3 does not load: is a C++ toolchain (python3, make, g++) installed?')
    }
  }
  writeFileSync(mark, abi)
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

/** Runs `make` unless `stamp` says that it ran for these very inputs. */
function once(stamp, inputs, make) {
  const now = digest(inputs)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  rmSync(stamp, { force: true })
  make()
  writeFileSync(stamp, now)
}

function generateClients() {
  const inputs = ['prisma/models.prisma', 'prisma/sqlite/schema.prisma', 'prisma/mysql/schema.prisma']
    .map((f) => join(root, f))
    .concat(require.resolve('prisma/package.json'))
  once(join(root, 'src/generated/.stamp'), inputs, () => {
    for (const provider of ['sqlite', 'mysql']) {
      run([require.resolve('prisma/build/index.js'), 'generate'], {
        DATABASE_PROVIDER: provider,
        DATABASE_URL: '',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
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

const dist = join(root, 'dist')

function build() {
  const sources = filesOf('src')
    .filter((file) => !file.startsWith(dashboard))
    .concat(join(root, 'rolldown.config.mjs'), join(root, 'package-lock.json'))
  once(join(root, 'dist/.stamp'), sources, () => {
    console.error('setup: building')
    // Chunks are named by what is in them: those of the last build would stay.
    for (const name of existsSync(dist) ? readdirSync(dist) : [])
      if (name !== 'dashboard') rmSync(join(dist, name), { recursive: true })
    const rolldown = join(dirname(require.resolve('rolldown/package.json')), 'bin/cli.mjs')
    run([rolldown, '-c', 'rolldown.config.mjs', '--logLevel', 'warn'])
  })
}

function buildDashboard() {
  // Of the rest of src/ it takes types alone, but for the client of the live events.
  const sources = [...filesOf('src/dashboard'), ...filesOf('src/client'), join(root, 'package-lock.json')]
  once(join(root, 'dist/dashboard/.stamp'), sources, () => {
    console.error('setup: building the dashboard')
    const vite = join(dirname(require.resolve('vite/package.json')), 'bin/vite.js')
    run([vite, 'build', 'src/dashboard', '--logLevel', 'warn'], { NODE_ENV: 'production' })
  })
}

// An installation without development dependencies came with its clients and dist/ made.
const canBuild = (() => {
  try {
    return Boolean(require.resolve('rolldown/package.json'))
  } catch {
    return false
  }
})()

try {
  readyDriver()
  if (canBuild) {
    generateClients()
    const wanted = ['--build', '--dashboard'].filter((option) => process.argv.includes(option))
    if (wanted.includes('--build')) build()
    if (wanted.length > 0) buildDashboard()
  }
} catch (err) {
  console.error(`setup: ${err.message}`)
  process.exit(1)
}
