import { mkdirSync } from 'node:fs'
import { entry } from '../../helpers/process.js'
import type { ServerNode } from '../fault.js'
import type { Lifetime } from '../lifetime.js'
import { ManagedProcess } from './managed.js'

export const ADMIN = { email: 'keeper@shop.test', password: 'walnut desk lamp' }

const SETTINGS = {
  HOST: '127.0.0.1',
  JWT_SECRET: 'of all processes: thirty-two characters',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  BCRYPT_COST: '4',
  BCRYPT_NICENESS: '0',
  RATE_LIMIT_MAX: '0',
  AUTH_RATE_LIMIT_MAX: '0',
  LOG_LEVEL: 'error',
  WEBHOOK_ALLOW_PRIVATE: 'true',
  // Longer than any outage, since startup waits for the database.
  DB_WAIT: '300',
}

export interface NodeOptions {
  name: string
  port: number
  /** The working directory, created if missing. */
  cwd: string
  /** Added to the common settings. */
  env: Record<string, string>
  onDeath(account: string): void
}

/** Creates a process for the built program on `port`, without starting it. */
export function serverNode(
  lifetime: Lifetime,
  { name, port, cwd, env, onDeath }: NodeOptions,
): ServerNode & ManagedProcess {
  mkdirSync(cwd, { recursive: true })
  const node = new ManagedProcess(lifetime, {
    name,
    // Keeps the test runner's NODE_OPTIONS away from the server.
    command: ['env', 'NODE_OPTIONS=', process.execPath, entry],
    cwd,
    env: { ...process.env, ...SETTINGS, PORT: String(port), ...env },
    isReady: (output) => output.includes('Stockroom is at'),
    onDeath,
  })
  return Object.assign(node, { url: `http://127.0.0.1:${port}` })
}
