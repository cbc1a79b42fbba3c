import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Place, World } from '../fault.js'
import type { Random } from '../random.js'
import { type Call, type Failing, IoFaults } from './io-faults.js'
import { nativeUnavailable } from './native.js'

const faults = new Map<string, IoFaults>()

/** The I/O faults registered by {@link prepareFiles}. */
function faultsOf({ directory }: Place): IoFaults {
  const own = faults.get(directory)
  if (!own) throw new Error('prepareFiles was not called')
  return own
}

/** Places the database files in a folder with I/O fault injection. */
export async function prepareFiles({ directory }: Place) {
  const data = join(realpathSync(directory), 'data')
  mkdirSync(data)
  const own = new IoFaults(`${data}/`, join(directory, 'control'))
  faults.set(directory, own)
  return { data, env: await own.env() }
}

export async function releaseFiles({ directory }: Place): Promise<void> {
  faults.get(directory)?.close()
  faults.delete(directory)
}

const MIN_MS = 300
const MAX_MS = 2_500

/**
 * Makes calls fail for a while. Sometimes kills a process meanwhile, which then restarts from half-written files.
 * @returns the number of failed calls
 */
export async function failFor(world: World, random: Random, failing: Omit<Failing, 'seed'>): Promise<number> {
  const own = faultsOf(world)
  const before = own.injected
  own.begin({ ...failing, seed: random.integer(0, 2 ** 31) })
  try {
    await sleep(random.between(MIN_MS, MAX_MS))
    while (own.injected === before) await sleep(5)
    if (random.chance(0.3)) await random.pick(world.nodes).end('SIGKILL')
  } finally {
    own.end()
  }
  return own.injected - before
}

const OTHERS: readonly Call[] = ['read', 'truncate', 'open', 'map']

/**
 * Some or all calls on the database files fail with EIO or ENOSPC; with ENOSPC a write may also be cut in half. A failing
 * sync writes nothing to disk, and reports the error only once (https://lwn.net/Articles/752063/).
 * Not used on MariaDB: InnoDB deliberately ends the server when it cannot write its log.
 */
export const ioErrors: Fault = {
  name: 'io-errors',
  title: 'failing writes, reads and syncs',
  databases: ['sqlite'],
  nodesOnFile: 2,
  available: async () => nativeUnavailable(),
  prepare: prepareFiles,

  async inject(world, random) {
    const main = random.pick<readonly Call[]>([['write'], ['sync'], ['write', 'sync']])
    return failFor(world, random, {
      error: random.pick(['EIO', 'ENOSPC']),
      calls: [...main, ...OTHERS.filter(() => random.chance(0.3))],
      chance: random.pick([0.02, 0.2, 1]),
    })
  },

  release: releaseFiles,
}
