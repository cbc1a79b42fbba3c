import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { removeReplaced } = (await import(join(root, 'scripts/replaced.mjs'))) as {
  removeReplaced(folder: string, current: string[], now?: Date): void
}

/** Creates a checkout without build tools, with the SQLite driver `driver` or this checkout's. */
function bare(t: Test, driver?: { index: string; build: string }) {
  // Outside the checkout: require() would find tools in parent folders.
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-setup-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'node_modules'))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  cpSync(join(root, 'scripts'), join(dir, 'scripts'), { recursive: true })
  const modules = join(dir, 'node_modules')
  if (!driver) {
    symlinkSync(join(root, 'node_modules/better-sqlite3'), join(modules, 'better-sqlite3'))
    return dir
  }
  mkdirSync(join(modules, 'better-sqlite3'))
  writeFileSync(join(modules, 'better-sqlite3/index.js'), driver.index)
  for (const release of ['better-sqlite3-12', 'better-sqlite3-13']) {
    mkdirSync(join(modules, release))
    const scripts = { 'build-release': driver.build, install: driver.build }
    writeFileSync(
      join(modules, release, 'package.json'),
      JSON.stringify({ name: release, version: '1.0.0', scripts }),
    )
  }
  return dir
}

function setup(dir: string, ...options: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs', ...options], {
    cwd: dir,
    encoding: 'utf8',
  })
  return { status, stderr }
}

t.test('a build without the development dependencies fails, and says what to run', async (t) => {
  const dir = bare(t)
  for (const options of [['--build'], ['--build', '--report']]) {
    const { status, stderr } = setup(dir, ...options)
    t.equal(status, 1, options.join(' '))
    t.match(stderr, /^setup: the tools .* are not installed: run npm ci --include=dev$/m)
  }
})

t.test('without them a start uses the existing dist/, and a build still fails', async (t) => {
  const dir = bare(t)
  mkdirSync(join(dir, 'dist'))
  writeFileSync(join(dir, 'dist/server.js'), '')
  t.match(setup(dir, '--build'), { status: 0, stderr: /^$/ })
  t.match(setup(dir, '--build', '--report'), { status: 1, stderr: /not installed/ })
})

t.test('a driver that does not load reports whether it could be compiled', async (t) => {
  const index = "throw new Error('compiled against a different Node.js version')"
  const compiled = setup(bare(t, { index, build: 'exit 0' }))
  t.match(compiled, {
    status: 1,
    stderr: /was compiled and does not load: Error: compiled against a different/,
  })
  t.notMatch(compiled.stderr, /toolchain/)
  const broken = setup(bare(t, { index, build: 'echo no compiler here && exit 1' }))
  t.match(broken, { status: 1, stderr: /no compiler here/ })
  t.match(broken.stderr, /could not be compiled: install a C\+\+ toolchain/)
})

t.test('files of earlier builds are kept for a week after their replacement', async (t) => {
  const dir = t.testdir({ dashboard: { 'old.js': '' } })
  const day = 86_400_000
  const start = Date.UTC(2026, 0, 1)
  /** Writes the files of a build on the given day. */
  const build = (days: number, ...names: string[]) => {
    const now = new Date(start + days * day)
    for (const name of names) {
      writeFileSync(join(dir, name), name)
      utimesSync(join(dir, name), now, now)
    }
    removeReplaced(dir, names, now)
    return readdirSync(dir)
      .filter((name) => name.endsWith('.js'))
      .sort()
  }
  t.same(build(0, 'server.js', 'docs-1.js'), ['docs-1.js', 'server.js'])
  t.same(build(100, 'server.js', 'docs-2.js'), ['docs-1.js', 'docs-2.js', 'server.js'], 'replaced just now')
  t.same(build(106, 'server.js', 'docs-2.js'), ['docs-1.js', 'docs-2.js', 'server.js'])
  t.same(build(108, 'server.js', 'docs-2.js'), ['docs-2.js', 'server.js'])
  t.ok(existsSync(join(dir, 'dashboard/old.js')), 'folders are not touched')
})
