import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from './books.js'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

/** Starts an operator command on the database `url`, as `npm run db:…` does. */
export function spawnProgram(
  t: Test,
  name: 'backup' | 'restore' | 'new-epoch',
  url: string,
  ...args: string[]
) {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [join(dist, 'stockroom.js'), name, ...args], {
    cwd: t.testdirName,
    env: { ...env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended }
}

/** Returns a summary and an audit of the database `url`, which must not be in use by a server. */
export async function stateOf(url: string) {
  const db = await openDb(url)
  try {
    const counter = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
    const [orders, faults] = [await db.read.order.count(), await auditBooks(db)]
    return { epoch: counter.epoch, offset: Number(counter.lastOffset), orders, faults }
  } finally {
    await db.close()
  }
}
