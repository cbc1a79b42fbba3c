import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.js'
import { mountsUnavailable, SmallDisk } from './small-disk.js'

const MIN_MS = 300
const MAX_MS = 2_500
const MAX_LEFT = 2 * 2 ** 20
/** How long to wait for a first request to be refused. */
const DEADLINE_MS = 20_000

const disks = new Map<string, SmallDisk>()

/**
 * The database's disk runs full for a while. The disk is a tmpfs, shrunk to little more than its used space, as if another
 * program had filled it.
 */
export const fullDisk: Fault = {
  name: 'full-disk',
  title: 'a full disk',
  databases: ['sqlite', 'mysql'],
  available: async () => mountsUnavailable(),

  async prepare({ directory }) {
    const data = join(realpathSync(directory), 'disk')
    disks.set(directory, new SmallDisk(data))
    return { data }
  },

  async inject(world, random) {
    const { directory, nodes, refused } = world
    const disk = disks.get(directory)
    if (!disk) throw new Error('the disk was not prepared')
    const mariadb = world.database === 'mysql' ? world.mariadb : undefined
    // InnoDB aborts the server if it cannot extend a file in the middle of a change: it has to be restarted.
    mariadb?.allowExit()
    const before = refused()
    disk.leave(random.pick([0, random.integer(0, MAX_LEFT)]))
    try {
      const deadline = performance.now() + DEADLINE_MS
      await sleep(random.between(MIN_MS, MAX_MS))
      while (refused() === before && performance.now() < deadline) await sleep(5)
      if (random.chance(0.3)) await random.pick(nodes).end('SIGKILL')
    } finally {
      disk.free()
    }
    if (mariadb && !mariadb.isAlive) await mariadb.start()
    return refused() - before
  },

  async release({ directory }) {
    disks.get(directory)?.unmount()
    disks.delete(directory)
  },
}
