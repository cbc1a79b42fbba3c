import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentOf, type Role } from '../../../src/workers/roles.js'
import type { Fault, World } from '../fault.js'
import type { Random } from '../random.js'
import { hits } from './hits.js'

const WORKERS = 2
const DEADLINE_MS = 600_000

/** Processes are found by what Linux tells about them. */
const available = async () =>
  process.platform === 'linux' ? undefined : 'the processes of a server are found by /proc'

const prepare = async () => ({ env: { WORKERS: String(WORKERS) } })

/** Returns the processes with a role that the server `pid` has started (proc(5)). */
function pidsOf(pid: number, role: Role): number[] {
  const [variable = ''] = Object.entries(environmentOf(role)).map((entry) => entry.join('='))
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return children.map(Number).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/environ`, 'utf8').split('\0').includes(variable)
    } catch {
      return false // it has ended meanwhile
    }
  })
}

/** Sends a signal to a process with the role, and waits until another has taken its place. */
async function replaced(
  { nodes }: World,
  random: Random,
  role: Role,
  signal: NodeJS.Signals,
): Promise<number> {
  const { pid, name } = random.pick(nodes)
  const before = pidsOf(pid, role)
  const victim = random.pick(before)
  process.kill(victim, signal)
  for (const deadline = performance.now() + DEADLINE_MS; ; await sleep(10)) {
    const now = pidsOf(pid, role)
    if (now.length === before.length && !now.includes(victim)) return hits(true)
    if (performance.now() > deadline) throw new Error(`${name} has not replaced its ${role}`)
  }
}

const replacing = (name: string, title: string, role: Role, signal: NodeJS.Signals): Fault => ({
  name,
  title,
  databases: ['sqlite', 'mysql'],
  available,
  prepare,
  inject: (world, random) => replaced(world, random, role, signal),
})

/** The connections of a worker go with it, and what it had handed to the committer is settled. */
export const killWorker = replacing('kill-worker', 'kill -9 of one of two workers', 'worker', 'SIGKILL')

/** The outcome of the orders in flight is unknown to all workers. */
export const killCommitter = replacing(
  'kill-committer',
  'kill -9 of the committer of two workers',
  'committer',
  'SIGKILL',
)

/** A committer that hangs is killed by its supervisor, which hears no more from it. */
export const haltCommitter = replacing(
  'halt-committer',
  'SIGSTOP of the committer of two workers, until it is replaced',
  'committer',
  'SIGSTOP',
)
