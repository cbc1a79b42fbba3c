import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { find } from '../../helpers/topology/programs.js'
import type { Fault, Member, World } from '../fault.js'
import { PROVIDER } from '../servers/galera.js'
import { mysqlRoot } from '../servers/group.js'
import { hits } from './hits.js'

const GROUP = ['group'] as const
const GALERA = ['galera'] as const
/** From the moment the group has a new primary. */
const ORDER_WITHIN_MS = 10_000

/** The reason no MySQL group can run on this machine; undefined if it can. */
async function groupUnavailable(): Promise<string | undefined> {
  const root = mysqlRoot()
  if (root) return existsSync(join(root, 'usr/sbin/mysqld')) ? undefined : `no mysqld in MYSQL_ROOT=${root}`
  return find('mysqld') ? undefined : 'not installed: mysqld (see MYSQL_ROOT in docs/scaling.md)'
}

async function galeraUnavailable(): Promise<string | undefined> {
  const absent = ['mariadbd', 'mariadb-install-db', 'rsync'].filter((program) => !find(program))
  if (!existsSync(PROVIDER)) absent.push('galera-4')
  return absent.length > 0 ? `not installed: ${absent.join(', ')}` : undefined
}

/** Members put out of service by a fault, until they are mended. */
const broken = new WeakMap<World, Member>()

async function mend(world: World): Promise<void> {
  const member = broken.get(world)
  if (member) await world.cluster.rejoin(member)
}

/** Ends when the group has a new primary, from which the recovery time counts. */
export const killPrimary: Fault = {
  name: 'kill-primary',
  title: 'kill -9 of the primary of a group',
  databases: GROUP,
  available: groupUnavailable,
  async inject(world) {
    const member = await world.cluster.primary()
    broken.set(world, member)
    const wasAlive = await member.end('SIGKILL')
    await world.cluster.primary(member)
    return hits(wasAlive)
  },
  mend,
  orderWithinMs: ORDER_WITHIN_MS,
}

/** The others expel it, and it learns so when it goes on: what it held then must not be committed. */
export const haltPrimary: Fault = {
  name: 'halt-primary',
  title: 'SIGSTOP of the primary of a group, until the others have replaced it and served orders',
  databases: GROUP,
  available: groupUnavailable,
  async inject(world) {
    const member = await world.cluster.primary()
    broken.set(world, member)
    const stopped = await member.halt()
    await world.cluster.primary(member)
    return hits(stopped)
  },
  mend,
  orderWithinMs: ORDER_WITHIN_MS,
}

export const promoteSecondary: Fault = {
  name: 'promote-secondary',
  title: 'another member made the primary of a group',
  databases: GROUP,
  available: groupUnavailable,
  async inject({ cluster }, random) {
    const member = await cluster.primary()
    await cluster.promote(random.pick(cluster.members.filter((other) => other !== member)))
    const next = await cluster.primary(member)
    return hits(next !== member)
  },
  orderWithinMs: ORDER_WITHIN_MS,
}

export const killGaleraNode: Fault = {
  name: 'kill-galera-node',
  title: 'kill -9 of a node of Galera',
  databases: GALERA,
  available: galeraUnavailable,
  async inject(world, random) {
    const member = random.pick(world.cluster.members)
    broken.set(world, member)
    const wasAlive = await member.end('SIGKILL')
    await world.cluster.primary(member)
    return hits(wasAlive)
  },
  mend,
}

export const haltGaleraNode: Fault = {
  name: 'halt-galera-node',
  title: 'SIGSTOP of a node of Galera, until the others have gone on without it',
  databases: GALERA,
  available: galeraUnavailable,
  async inject(world, random) {
    const member = random.pick(world.cluster.members)
    broken.set(world, member)
    const stopped = await member.halt()
    return hits(stopped)
  },
  mend,
}

/** Several nodes writing at once end each other's transactions, without any fault. */
export const galeraConflicts: Fault = {
  name: 'galera-conflicts',
  title: 'no fault: three processes that write to three nodes of Galera',
  databases: GALERA,
  available: galeraUnavailable,
  async inject(world) {
    await world.moreOrders(200)
    return 1
  },
}
