/**
 * Prepares the native SQLite driver. On Node with Node-API 10 (22.14 and later), better-sqlite3 13 ships binaries for
 * the common platforms; on other platforms, and on Node 20, the driver is compiled. drivers/better-sqlite3 explains
 * why there are two.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = (name) => join(root, 'node_modules', name)
const MARK = folder('.driver-ready')

/** Loads the driver in a child process. @returns the error, or undefined. */
function loadFault() {
  const script = "new (require('better-sqlite3'))(':memory:')"
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status === 0) return undefined
  const [message] = /^(?:\w*Error: .*|.*Assertion failed.*)$/m.exec(stderr) ?? []
  return signal ? `it ended with ${signal}` : (message ?? stderr)
}

/** Runs npm, showing its output only on failure. @returns whether it succeeded. */
function npm(args, cwd) {
  const options = { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
  // npm exposes the path of its own JavaScript; running that needs no shell, not even on Windows.
  const script = process.env.npm_execpath
  const done = script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  if (done.status !== 0) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? done.error}\n`)
  return done.status === 0
}

/** @throws Error with instructions if the driver cannot be made to load. */
export function readyDriver() {
  // A compiled driver loads only into the Node version it was compiled for, so the mark contains it.
  const abi = `${process.platform}-${process.arch}-${process.versions.modules}`
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === abi) return
  if (loadFault()) compile()
  writeFileSync(MARK, abi)
}

function compile() {
  const release = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3-12'
  if (!existsSync(folder(release)))
    throw new Error(
      `node_modules has no ${release}, which Node ${process.version} needs: run npm ci, without --omit=optional`,
    )
  console.error(
    'setup: fetching or compiling the SQLite driver (compiling takes a minute or two, more on a busy machine)',
  )
  const made =
    release === 'better-sqlite3-13'
      ? npm(['run', 'build-release'], folder(release)) // no install script for npm rebuild
      : npm(['rebuild', release, '--ignore-scripts=false'], root)
  const fault = loadFault()
  if (!fault) return
  if (made) throw new Error(`the SQLite driver was compiled and does not load: ${fault}`)
  throw new Error(
    'the SQLite driver could not be compiled: install a C++ toolchain (python3, make, g++), or use Node 24 on Linux, macOS or Windows (x64, arm64), which needs none',
  )
}
