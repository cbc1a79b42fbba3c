import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.js'
import { hits } from './hits.js'

/** The reason this machine cannot fake clocks; undefined if it can. */
export function fakeTimeUnavailable(): string | undefined {
  try {
    fakeTime()
    return undefined
  } catch {
    return 'faketime is not installed'
  }
}

/** The path of libfaketime, as preloaded by the `faketime` command. */
const fakeTime = () =>
  execFileSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], {
    stdio: 'pipe',
    encoding: 'utf8',
  }).trim()

const SHARED = '/dev/shm'

/**
 * A fake clock for some processes, using libfaketime (https://github.com/wolfcw/libfaketime), which reads the offset from a
 * file on each call. File times and the monotonic clock, used by Node's timers, are not changed.
 */
export class FakeClock {
  readonly #file: string

  /** @param file a new file for the clock's offset */
  constructor(file: string) {
    this.#file = file
    this.set(0)
  }

  /** The environment of a process using this clock. */
  env(): Record<string, string> {
    return {
      LD_PRELOAD: fakeTime(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
  }

  /** Sets the offset from the machine's clock, which may be negative. */
  set(seconds: number): void {
    const draft = `${this.#file}.new`
    writeFileSync(draft, `${seconds < 0 ? '' : '+'}${seconds}`)
    renameSync(draft, this.#file) // atomic, since processes may read it at any time
  }

  /** Removes the semaphores and shared memory that libfaketime leaves behind for killed processes, named after their ids. */
  static sweep(): void {
    for (const name of readdirSync(SHARED)) {
      const [, pid] = /^(?:faketime_shm|sem\.faketime_sem)_(\d+)$/.exec(name) ?? []
      if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(SHARED, name), { force: true })
    }
  }
}

const HOUR_S = 3_600
const MAX_HOURS = 20

const SEEN_MS = 20_000
const SLACK_MS = 60_000

/** Whether the clock of a process is `seconds` ahead of this one, judging by its Date header, which may be a second old. */
async function isAheadBy(url: string, seconds: number): Promise<boolean> {
  for (const deadline = performance.now() + SEEN_MS; performance.now() < deadline; await sleep(50)) {
    const date = await fetch(`${url}/health/live`).then(
      ({ headers }) => Date.parse(headers.get('date') ?? ''),
      () => Number.NaN,
    )
    if (Math.abs(date - Date.now() - seconds * 1000) < SLACK_MS) return true
  }
  return false
}

const clocks = new Map<string, FakeClock>()

/**
 * The clocks of all processes, including the database server, jump by hours, once or twice, and then return to the right
 * time. A jump ahead expires access tokens, and a jump back makes them valid again: on a 401 clients refresh or sign in again,
 * and sockets are closed (`connect_error` with `unauthorized`, or a disconnection) and resume with a new token. Jumps are too
 * short to expire a session (30 days) or the log (EVENT_RETENTION), or to break the order of ids (a day).
 */
export const clock: Fault = {
  name: 'clock',
  title: 'clocks that jump by hours',
  databases: ['sqlite', 'mysql'],
  movesClocks: true,
  available: async () => fakeTimeUnavailable(),

  async prepare({ directory }) {
    const own = new FakeClock(join(directory, 'clock'))
    clocks.set(directory, own)
    return { env: own.env(), mariadbEnv: own.env() }
  },

  async inject(world, random) {
    const own = clocks.get(world.directory)
    if (!own) throw new Error('the clock was not prepared')
    let seen = 0
    try {
      for (let jumps = random.integer(1, 2); jumps > 0; jumps--) {
        const seconds = random.pick([-1, 1]) * random.integer(1, MAX_HOURS * HOUR_S)
        own.set(seconds)
        await world.moreOrders(random.integer(10, 100))
        await sleep(random.between(0, 500))
        seen += hits(...(await Promise.all(world.nodes.map(({ url }) => isAheadBy(url, seconds)))))
      }
    } finally {
      own.set(0)
    }
    return seen
  },

  async release({ directory }) {
    clocks.delete(directory)
    FakeClock.sweep()
  },
}
