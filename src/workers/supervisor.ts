import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { watchBeats } from './heartbeats.js'
import type { Meeting } from './meeting.js'
import {
  environmentOf,
  type FromSupervisor,
  type Role,
  type Sign,
  type Started,
  type StartFacts,
} from './roles.js'

/** A process ended before it had started. It has said why. */
export class NotStarted extends Error {
  override name = 'NotStarted'
}

export interface SupervisorOptions {
  /** The program of all processes. */
  script: string
  /** Number of processes that serve. */
  workers: number
  /** Writes a line to the log. */
  log(level: 'info' | 'warn' | 'error', fields: object, message: string): void
}

/** A process that lives for less failed to start, as its successor may: each waits for longer. */
const STEADY_MS = 5_000
const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 10_000
/** A healthy process ends sooner; one that hangs does not. */
const CLOSE_MS = 10_000

/**
 * Runs a server of several processes: a committer, and workers that serve one port. A process that dies is started again,
 * and one that hangs is killed first; workers are connected with each new committer. Closing lets the workers answer the
 * requests they have begun, and then ends the committer.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #workers = new Set<Worker>()
  readonly #canHear = new WeakSet<Worker>()
  #committer: Worker | undefined
  #meeting: Meeting | undefined
  #isReady = false
  #closing = false
  #pauseMs = FIRST_PAUSE_MS

  constructor(options: SupervisorOptions) {
    this.#options = options
    // Workers accept connections themselves: those handed over by this process hang if their worker dies meanwhile.
    cluster.schedulingPolicy = cluster.SCHED_NONE
    cluster.setupPrimary({ exec: options.script, args: [] })
  }

  /**
   * Starts the committer, and then the workers.
   * @returns what they know about the start
   * @throws NotStarted if one of them ends first
   */
  async start(): Promise<StartFacts> {
    const first = await this.#startCommitter()
    const others = await Promise.all(Array.from({ length: this.#options.workers }, () => this.#startWorker()))
    this.#isReady = true
    return Object.assign({}, first, ...others)
  }

  /** Ends all processes, the committer last. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#workers].map((worker) => this.#end(worker)))
    if (this.#committer) await this.#end(this.#committer)
  }

  async #startCommitter(): Promise<StartFacts> {
    const committer = this.#fork('committer')
    this.#committer = committer
    const { facts, meeting } = await started(committer)
    this.#meeting = meeting
    for (const worker of this.#workers) this.#introduce(worker)
    return facts
  }

  async #startWorker(): Promise<StartFacts> {
    const worker = this.#fork('worker')
    this.#workers.add(worker)
    worker.on('message', (message: Sign | Started) => {
      if (message?.type === 'hello') this.#introduce(worker)
    })
    return (await started(worker)).facts
  }

  #fork(role: Role): Worker {
    const process = cluster.fork(environmentOf(role))
    const began = performance.now()
    this.#options.log('info', { role, process: process.process.pid }, `a process starts: ${role}`)
    // An IPC channel that closes under a message; `exit` follows.
    process.on('error', () => undefined)
    // A start may take long in one piece, as a migration does, and is not watched.
    let beats: ReturnType<typeof watchBeats> | undefined
    process.on('message', ({ type }: Sign | Started) => {
      if (type === 'hello') this.#canHear.add(process)
      if (type === 'started') beats = watchBeats(() => this.#kill(process, role))
      else beats?.note()
    })
    process.once('exit', (code: number | null, signal: string | null) => {
      beats?.stop()
      this.#workers.delete(process)
      if (this.#committer === process) this.#committer = this.#meeting = undefined
      if (this.#isReady && !this.#closing)
        void this.#restart(role, performance.now() - began, { role, code, signal })
    })
    return process
  }

  async #restart(role: Role, livedMs: number, fields: object): Promise<void> {
    this.#options.log('error', fields, `the ${role} has ended unexpectedly: starting it again`)
    if (livedMs >= STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS
    else {
      await sleep(this.#pauseMs)
      this.#pauseMs = Math.min(2 * this.#pauseMs, MAX_PAUSE_MS)
    }
    if (this.#closing) return
    // A start that fails ends with its process, which is started once more.
    await (role === 'worker' ? this.#startWorker() : this.#startCommitter()).catch(() => undefined)
  }

  #kill(process: Worker, role: Role): void {
    this.#options.log('error', { role, process: process.process.pid }, `the ${role} hangs: killing it`)
    process.process.kill('SIGKILL')
  }

  /** Has a process close, and kills it if it hangs. */
  async #end(process: Worker): Promise<void> {
    if (process.isDead()) return
    const ended = new Promise((resolve) => process.once('exit', resolve))
    if (this.#canHear.has(process)) process.send({ type: 'close' } satisfies FromSupervisor)
    else process.process.kill()
    const timer = setTimeout(() => process.process.kill('SIGKILL'), CLOSE_MS)
    await ended
    clearTimeout(timer)
  }

  /** Tells a worker where the committer is. */
  #introduce(worker: Worker): void {
    const meeting = this.#meeting
    if (meeting && worker.isConnected()) worker.send({ type: 'committer', meeting } satisfies FromSupervisor)
  }
}

/** Waits until the process has started. @throws NotStarted if it ends first */
const started = (process: Worker) =>
  new Promise<Started>((resolve, reject) => {
    process.on('message', (message: Sign | Started) => {
      if (message?.type === 'started') resolve(message)
    })
    process.once('exit', () => reject(new NotStarted('a process has ended before it had started')))
  })
