import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Test } from 'tap'
import { root } from './pages.js'
import './process.js' // builds the program

/** The built command line. */
export const program = join(root, 'dist/stockroom.js')

interface RunOptions {
  env?: Record<string, string>
  /** Its working folder; that of the test by default. */
  cwd?: string
  /** What is written to its standard input. */
  input?: string
}

/** The environment of the tests without settings. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, DATABASE_URL: __, ...env } = process.env
  return env
}

/** Runs `stockroom ARGS` without a terminal. */
export async function stockroom(t: Test, args: string[], { env = {}, cwd, input = '' }: RunOptions = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: cwd ?? t.testdirName,
    env: { ...bareEnvironment(), BCRYPT_COST: '4', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  child.stdin.on('error', () => undefined) // a command that reads nothing ends before it is written
  child.stdin.end(input)
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output, errors }
}
