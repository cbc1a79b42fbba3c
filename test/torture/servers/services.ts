import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installMariadb } from '../../../scripts/install-mariadb.js'
import { freePort } from '../../helpers/ports.js'
import { find } from '../../helpers/topology/programs.js'
import type { Lifetime } from '../lifetime.js'
import { ManagedProcess } from './managed.js'

type OnDeath = (account: string) => void

/** Starts MariaDB with its data in the empty folder `data`. @returns the process, and its port */
export async function startMariadb(
  lifetime: Lifetime,
  { data, env, onDeath }: { data: string; env: Record<string, string>; onDeath: OnDeath },
) {
  const place = mkdtempSync(join(tmpdir(), 'torture-'))
  lifetime.teardown(() => rmSync(place, { recursive: true }))
  const port = await freePort()
  const server = new ManagedProcess(lifetime, {
    name: 'mariadbd',
    command: [find('mariadbd') ?? 'mariadbd', ...installMariadb({ data, place, port })],
    cwd: place,
    env: { ...process.env, ...env },
    isReady: (output) => output.includes('ready for connections'),
    onDeath,
  })
  await server.start()
  return { server, port }
}

/** Starts Redis without persistence. @returns the process, and its port */
export async function startRedis(lifetime: Lifetime, { cwd, onDeath }: { cwd: string; onDeath: OnDeath }) {
  const port = await freePort()
  const server = new ManagedProcess(lifetime, {
    name: 'redis-server',
    command: ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    cwd,
    env: process.env,
    isReady: (output) => output.includes('Ready to accept connections'),
    onDeath,
  })
  await server.start()
  return { server, port }
}
