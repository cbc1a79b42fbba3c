import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { databaseOf } from './database.js'
import { freePort } from './ports.js'

// What runs in production runs here too: built, and built anew when a source has changed.
const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
execFileSync(process.execPath, [inRoot('scripts/setup.mjs'), '--build'], { stdio: 'inherit' })
const entry = inRoot('dist/server.js')

export interface ServerProcess {
  url: string
  child: ChildProcess
  /** All that it wrote so far. */
  output(): string
  /** Sends the signal and waits for the end. @returns the exit code, or null when the signal itself ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const quick = { PORT: '0', BCRYPT_COST: '4', LOG_LEVEL: 'warn' }

/** For a test that sends more requests from one address than the standard limits allow. */
export const noRateLimits = { RATE_LIMIT_MAX: '0', AUTH_RATE_LIMIT_MAX: '0' }

/** Starts the program itself, in a process of its own, in the empty folder `cwd`. */
export function spawnServer(t: Test, cwd: string, env: Record<string, string> = {}) {
  // What the test runner puts into NODE_OPTIONS, also while it spawns, is not for the server: it dies of signals that Node ignores.
  const options = `NODE_OPTIONS=${env.NODE_OPTIONS ?? ''}`
  const [program, ...args] =
    process.platform === 'win32' ? [process.execPath] : ['env', options, process.execPath]
  const child = spawn(program, [...args, entry], {
    cwd,
    env: { ...process.env, ...quick, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  t.teardown(() => child.kill('SIGKILL'))
  return { child, output: () => output, ended }
}

/** Starts the program and waits until it serves. */
export async function startServer(
  t: Test,
  cwd: string,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const DATABASE_URL = env.DATABASE_URL ?? (await databaseOf(t, cwd, 'data/stockroom.db'))
  const PORT = env.PORT ?? String(await freePort())
  const { child, output, ended } = spawnServer(t, cwd, { ...env, DATABASE_URL, PORT })
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const [, address] = /Stockroom is at (\S+)/.exec(output()) ?? []
      if (address) resolve(address)
    }
    child.stdout.on('data', look)
    child.once('exit', () => reject(new Error(`the server ended: ${output()}`)))
  })
  return {
    url,
    child,
    output,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

const json = { 'content-type': 'application/json' }

/** The headers of an admin: the one that the first start of `server` made and told of, or the one of its settings. */
export async function adminOf({ url, output }: ServerProcess, settings: Record<string, string> = {}) {
  const [, email = settings.ADMIN_EMAIL] = /email +(\S+)/.exec(output()) ?? []
  const [, password = settings.ADMIN_PASSWORD] = /password +(\S+)/.exec(output()) ?? []
  const body = JSON.stringify({ email, password })
  const answer = await fetch(`${url}/auth/login`, { method: 'POST', headers: json, body })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  return { ...json, authorization: `Bearer ${accessToken}` }
}

/** Makes a product through the API. @returns its id. */
export async function makeProduct(
  url: string,
  headers: Record<string, string>,
  stock: number,
): Promise<string> {
  const body = JSON.stringify({ name: 'Lamp', price: 24.5, stock })
  const answer = await fetch(`${url}/products`, { method: 'POST', headers, body })
  return ((await answer.json()) as { id: string }).id
}
