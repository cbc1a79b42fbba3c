import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { databaseOf } from './database.js'
import { fetchPatiently } from './patience.js'
import { freePort } from './ports.js'

// Tests run the production build, rebuilt after a source change unless scripts/test.mjs just did.
const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
if (!process.env.TEST_BUILT)
  execFileSync(process.execPath, [inRoot('scripts/setup.mjs'), '--build'], { stdio: 'inherit' })
/** The built program. */
export const entry = inRoot('dist/server.js')

export interface ServerProcess {
  url: string
  child: ChildProcess
  /** Its whole output so far. */
  output(): string
  /** Sends a signal and waits for the exit. @returns the exit code, or null if the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const quick = { PORT: '0', BCRYPT_COST: '4', BCRYPT_NICENESS: '0', LOG_LEVEL: 'warn' }

/** For a test beyond the default limits of one address. */
export const noRateLimits = { RATE_LIMIT_MAX: '0', AUTH_RATE_LIMIT_MAX: '0', API_KEY_RATE_LIMIT_MAX: '0' }

/**
 * Starts the program as a child process in the empty folder `cwd`.
 * @param program that of another version
 */
export function spawnServer(t: Test, cwd: string, env: Record<string, string> = {}, program = entry) {
  // The test runner modifies NODE_OPTIONS, even during a spawn. The server must not inherit it: it would die of
  // signals Node ignores.
  const options = `NODE_OPTIONS=${env.NODE_OPTIONS ?? ''}`
  const [command, ...args] =
    process.platform === 'win32' ? [process.execPath] : ['env', options, process.execPath]
  const child = spawn(command, [...args, program], {
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
  program = entry,
): Promise<ServerProcess> {
  const DATABASE_URL = env.DATABASE_URL ?? (await databaseOf(t, cwd, 'data/stockroom.db'))
  const PORT = env.PORT ?? String(await freePort())
  const { child, output, ended } = spawnServer(t, cwd, { ...env, DATABASE_URL, PORT }, program)
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

/**
 * Returns headers of the admin: the one created and printed by the first start of `server`, or the configured one.
 */
export async function adminOf({ url, output }: ServerProcess, settings: Record<string, string> = {}) {
  const [, email = settings.ADMIN_EMAIL] = /email +(\S+)/.exec(output()) ?? []
  const [, password = settings.ADMIN_PASSWORD] = /password +(\S+)/.exec(output()) ?? []
  const body = JSON.stringify({ email, password })
  const answer = await fetchPatiently(`${url}/auth/login`, { method: 'POST', headers: json, body })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  return { ...json, authorization: `Bearer ${accessToken}` }
}

/** Creates a product through the API. @returns its id. */
export async function makeProduct(
  url: string,
  headers: Record<string, string>,
  stock: number,
): Promise<string> {
  const body = JSON.stringify({ name: 'Lamp', price: 24.5, stock })
  const answer = await fetchPatiently(`${url}/products`, { method: 'POST', headers, body })
  return ((await answer.json()) as { id: string }).id
}
