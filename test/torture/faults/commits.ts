import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, World } from '../fault.js'
import { hits } from './hits.js'
import { serversUnavailable } from './services.js'

const MYSQL = ['mysql'] as const
const MAX_COMMITS = 20

/** Forwards the next `count` COMMITs, and resets each connection instead of delivering the response. */
async function cutCommits({ databaseLink }: World, count: number, answered: () => boolean): Promise<number> {
  let cut = 0
  for (let i = 0; i < count; i++) {
    const held = await databaseLink.nextCommit()
    if (answered()) await held.answered()
    cut += hits(held.cut())
  }
  return cut
}

/** The worst moment for a connection to break: the change is committed, but the client cannot know. */
export const cutAtCommit: Fault = {
  name: 'cut-at-commit',
  title: 'connections reset after COMMIT, before its response',
  databases: MYSQL,
  available: serversUnavailable,
  inject: (world, random) => cutCommits(world, random.integer(1, MAX_COMMITS), () => random.chance(0.7)),
}

/** Nothing is committed, which looks the same to the client. */
export const cutBeforeCommit: Fault = {
  name: 'cut-before-commit',
  title: 'connections reset instead of sending COMMIT',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink }, random) {
    const count = random.integer(1, MAX_COMMITS)
    for (let left = count; left > 0; left--) await databaseLink.cutBeforeCommit()
    return count
  },
}

/** Responses arrive late, or never. */
export const hangAtCommit: Fault = {
  name: 'hang-at-commit',
  title: 'responses to COMMIT delayed for 1 to 12 s, half of them forever',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink }, random) {
    const held = []
    for (let left = random.integer(1, 3); left > 0; left--) held.push(await databaseLink.nextCommit())
    await sleep(random.between(1_000, 12_000))
    for (const commit of held) {
      if (random.chance(0.5)) commit.release()
      else commit.cut()
    }
    return held.length
  },
}

/** The server dies during a commit, leaving its outcome unknown, and restarts at once. */
export const killAtCommit: Fault = {
  name: 'kill-at-commit',
  title: 'kill -9 of MariaDB at a COMMIT, before its response',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink, mariadb }, random) {
    const held = await databaseLink.nextCommit()
    if (random.chance(0.5)) await held.answered()
    const wasAlive = await mariadb.end('SIGKILL')
    held.cut()
    await mariadb.start()
    return hits(wasAlive)
  },
}

/** The server stops in the middle of a commit, and the connection waiting for the response is reset. */
export const haltAtCommit: Fault = {
  name: 'halt-at-commit',
  title: 'SIGSTOP of MariaDB at a COMMIT for 1 to 12 s, with its connection reset',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink, mariadb }, random) {
    const held = await databaseLink.nextCommit()
    const stopped = await mariadb.halt()
    await sleep(random.between(0, 6_000))
    const cut = held.cut()
    await sleep(random.between(1_000, 6_000))
    mariadb.resume()
    return hits(stopped && cut)
  },
}

const MIN_KEPT_MS = 100
const MAX_KEPT_MS = 1_000

/**
 * All processes die after sending a COMMIT and before its response; or no COMMIT reaches the server for a while, and then they
 * die. An order acknowledged before its COMMIT would be lost.
 */
export const killNodeAtCommit: Fault = {
  name: 'kill-node-at-commit',
  title: 'kill -9 of all processes at a COMMIT, before its response or before it is sent',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink, nodes }, random) {
    const kill = async () => hits(...(await Promise.all(nodes.map((node) => node.end('SIGKILL')))))
    if (random.chance(0.5)) {
      const cut = databaseLink.dropCommits()
      await sleep(random.between(MIN_KEPT_MS, MAX_KEPT_MS))
      const killed = await kill()
      return cut() > 0 ? killed : 0
    }
    const held = await databaseLink.nextCommit()
    if (random.chance(0.5)) await held.answered()
    const killed = await kill()
    held.cut()
    return killed
  },
}
