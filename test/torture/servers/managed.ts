import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Process } from '../fault.js'
import type { Lifetime } from '../lifetime.js'

const START_MS = 600_000
const TERM_MS = 300_000
const HALT_MS = 60_000
/** The amount of output kept, and the part quoted in reports of a death. */
const KEPT_LENGTH = 64_000
const REPORTED_LENGTH = 8_000

export interface ManagedOptions {
  name: string
  /** The program and its arguments. */
  command: readonly [string, ...string[]]
  cwd: string
  env: NodeJS.ProcessEnv
  /** Whether `output` shows the process to be ready. */
  isReady(output: string): boolean
  /** Called on an unexpected exit, and on a non-zero exit code after SIGTERM. */
  onDeath(account: string): void
}

/** Whether a process is stopped, by the state after its bracketed name (proc_pid_stat(5)); assumed outside Linux. */
function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false // the process has exited
  }
}

/** A child process under the control of the tests. Any exit they did not ask for is reported. */
export class ManagedProcess implements Process {
  readonly #options: ManagedOptions
  #child: ChildProcess | undefined
  #ended: Promise<number | null> = Promise.resolve(null)
  #output = ''
  #endIsExpected = false

  constructor(lifetime: Lifetime, options: ManagedOptions) {
    this.#options = options
    lifetime.teardown(() => this.isAlive && this.end('SIGKILL'))
  }

  get name(): string {
    return this.#options.name
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.name} was never started`)
    return pid
  }

  /** The end of its output since the last start. */
  get output(): string {
    return this.#output
  }

  get #tail(): string {
    return this.#output.slice(-REPORTED_LENGTH)
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  async start(): Promise<void> {
    if (this.isAlive) return
    const { name, command, cwd, env, isReady } = this.#options
    const [program, ...args] = command
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#output = ''
    this.#endIsExpected = false
    this.#ended = once(child, 'exit').then(([code, signal]) => this.#noteEnd(code, signal))
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve, reject) => {
      let head = ''
      const read = (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-KEPT_LENGTH)
        if (head.length < KEPT_LENGTH) head += chunk
        if (isReady(head)) resolve()
      }
      for (const stream of [child.stdout, child.stderr]) stream.on('data', read)
      child.once('exit', () => reject(new Error(`${name} exited during startup: ${this.#tail}`)))
      timer = setTimeout(() => reject(new Error(`${name} did not start in time: ${this.#tail}`)), START_MS)
    }).finally(() => clearTimeout(timer))
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    if (!this.isAlive) {
      await this.#ended
      return false
    }
    this.#endIsExpected = true
    this.#child?.kill(signal)
    if (signal === 'SIGKILL') {
      await this.#ended
      return true
    }
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), TERM_MS)
    const code = await this.#ended.finally(() => clearTimeout(timer))
    if (code !== 0) this.#options.onDeath(`${this.name} exited with ${code} after SIGTERM: ${this.#tail}`)
    return true
  }

  allowExit(): void {
    this.#endIsExpected = true
  }

  async halt(): Promise<boolean> {
    this.#child?.kill('SIGSTOP')
    for (const deadline = performance.now() + HALT_MS; performance.now() < deadline; await sleep(5))
      if (isStopped(this.pid)) return true
    return false
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  #noteEnd(code: number | null, signal: NodeJS.Signals | null): number | null {
    if (!this.#endIsExpected)
      this.#options.onDeath(`${this.name} exited unexpectedly (${code ?? signal}): ${this.#tail}`)
    return code
  }
}
