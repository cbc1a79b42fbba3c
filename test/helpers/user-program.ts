import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Test } from 'tap'
import { root } from './pages.js'
import { PATIENCE_MS } from './patience.js'
import './process.js' // builds the program

const program = join(root, 'dist/stockroom.js')

interface RunOptions {
  /** What is written to its standard input. */
  input?: string
  env?: Record<string, string>
}

const environment = (url: string, more: Record<string, string> = {}) => {
  const { NODE_OPTIONS: _, ...env } = process.env
  return { ...env, DATABASE_URL: url, BCRYPT_COST: '4', ...more }
}

/** Runs `npm run user -- ARGS` on the database `url` without a terminal. */
export async function runUser(t: Test, url: string, args: string[], { input = '', env }: RunOptions = {}) {
  const child = spawn(process.execPath, [program, 'user', ...args], {
    cwd: t.testdirName,
    env: environment(url, env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  child.stdin.on('error', () => undefined) // a program that reads nothing ends before it is written
  child.stdin.end(input)
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output, errors }
}

/** Moves of the cursor, in what a terminal is sent (ECMA-48, 5.4). */
const MOVES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Z]`, 'g')

/** Skip reason for tests at a terminal where util-linux's script is missing. */
export const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'script is not installed'

/**
 * Runs the program at a terminal, and types each answer once its question is shown.
 * @param answers pairs of the end of a question and the typed answer
 * @returns its exit code and the whole output of the terminal
 */
export async function typeAtUser(t: Test, url: string, args: string[], answers: [RegExp, string][]) {
  const command = [process.execPath, program, 'user', ...args].map((part) => `'${part}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: t.testdirName,
    env: environment(url),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let screen = ''
  let seen = 0
  const left = [...answers]
  child.stdout.on('data', (chunk) => {
    screen += String(chunk).replace(MOVES, '')
    const [question, answer = ''] = left[0] ?? []
    if (!question?.test(screen.slice(seen))) return
    seen = screen.length
    left.shift()
    child.stdin.write(answer)
  })
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS) // if a question never comes
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(patience)
  return { code, screen }
}
