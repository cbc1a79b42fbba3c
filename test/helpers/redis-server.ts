import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { PATIENCE_MS } from './patience.js'
import { freePort } from './ports.js'

/** Skip reason for tests of Redis where it is not installed. */
export const noRedis =
  spawnSync('redis-server', ['--version']).error !== undefined && 'no redis-server is installed here'
if (noRedis && process.env.REQUIRE_SERVICES === '1') throw new Error(noRedis)

/**
 * Starts a Redis for the test that can be stopped, killed and restarted without its data.
 * @param own a configuration file to start it with instead, and the port there
 */
export async function startRedis(t: Test, options: string[] = [], own?: { file: string; port: number }) {
  const port = own?.port ?? (await freePort())
  const dir = mkdtempSync(join(tmpdir(), 'redis-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  let child: ChildProcess | undefined

  const start = async () => {
    const settings = own
      ? [own.file]
      : ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir]
    // Pipes only: a process left by a killed test must not hold the terminal open.
    const started = spawn('redis-server', [...settings, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    let output = ''
    await new Promise<void>((resolve, reject) => {
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk) => {
          output += chunk
          if (/Ready to accept connections|Sentinel ID is/.test(output)) resolve()
        })
      started.once('exit', () => reject(new Error(`redis-server ended: ${output}`)))
    })
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  t.teardown(kill)
  const url = `redis://127.0.0.1:${port}`
  return {
    port,
    url,
    start,
    kill,
    /** Suspends the process, simulating a hang, until `resume`. */
    hang: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    /** Runs a command as an administrator. */
    async command(name: string, ...args: string[]): Promise<unknown> {
      const client = new Redis(url)
      try {
        return await client.call(name, ...args)
      } finally {
        client.disconnect()
      }
    },
  }
}

/** Resolves once `holds` returns true. */
export async function until(holds: () => boolean, deadlineMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`timed out waiting until: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
