import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { onFile } from '../database.js'
import { PATIENCE_MS } from '../patience.js'

// Debian installs servers in folders outside a user's PATH.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Returns the path of a program, or undefined if it is not installed. */
export const find = (program: string) =>
  FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path))

/** Returns the skip reason for tests that need `programs`, also printed prominently; false if all are installed. */
export function missing(...programs: string[]): string | false {
  const absent = programs.filter((program) => !find(program))
  if (absent.length === 0) return false
  const reason = `not installed: ${absent.join(', ')}`
  console.error(`\n  !!! Some tests were skipped: ${reason} !!!\n`)
  return reason
}

/** The same for programs required with REQUIRE_SERVICES. */
export function without(...programs: string[]): string | false {
  const reason = missing(...programs)
  if (reason && process.env.REQUIRE_SERVICES === '1') throw new Error(reason)
  return reason
}

/** The same for tests that also need a database server. */
export const unless = (...programs: string[]) => onFile || without(...programs)

/** Resolves once the port accepts connections. */
async function listening(port: number, child: ChildProcess, output: () => string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended: ${output()}`)
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
  }
  throw new Error(`${child.spawnfile} does not listen: ${output()}`)
}

export interface Program {
  port: number
  /** Kills the program, as a power cut would, and waits for its exit. */
  kill(): Promise<void>
  /** Starts the program again and waits until it listens. */
  start(): Promise<void>
  /** Suspends the program, simulating a hang, until `resume`. */
  hang(): void
  resume(): void
}

/** Starts a program listening on `port`, and stops it when the test ends. */
export async function run(t: Test, program: string, args: string[], port: number): Promise<Program> {
  let child: ChildProcess | undefined
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const start = async () => {
    const started = spawn(find(program) ?? program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    let output = ''
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk))
    await listening(port, started, () => output)
  }
  t.teardown(kill)
  await start()
  return {
    port,
    kill,
    start,
    hang: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  }
}
