import { setTimeout as sleep } from 'node:timers/promises'
import { find } from '../../helpers/topology/programs.js'
import type { Fault } from '../fault.js'
import { hits } from './hits.js'

const MYSQL = ['mysql'] as const

/** The reason MariaDB or Redis cannot run on this machine; undefined if both are installed. */
export async function serversUnavailable(): Promise<string | undefined> {
  const absent = ['mariadbd', 'mariadb-install-db', 'redis-server'].filter((program) => !find(program))
  return absent.length > 0 ? `not installed: ${absent.join(', ')}` : undefined
}

export const killMariadb: Fault = {
  name: 'kill-mariadb',
  title: 'kill -9 of MariaDB, restarted after up to 5 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ mariadb }, random) {
    const wasAlive = await mariadb.end('SIGKILL')
    await sleep(random.between(0, 5_000))
    await mariadb.start()
    return hits(wasAlive)
  },
}

/** An orderly restart, as for an update: connections are closed one by one. */
export const termMariadb: Fault = {
  name: 'term-mariadb',
  title: 'SIGTERM to MariaDB, restarted after up to 5 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ mariadb }, random) {
    const wasAlive = await mariadb.end('SIGTERM')
    await sleep(random.between(0, 5_000))
    await mariadb.start()
    return hits(wasAlive)
  },
}

export const haltMariadb: Fault = {
  name: 'halt-mariadb',
  title: 'SIGSTOP of MariaDB for 1 to 15 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ mariadb }, random) {
    const stopped = await mariadb.halt()
    await sleep(random.between(1_000, 15_000))
    mariadb.resume()
    return hits(stopped)
  },
}

/** Kills the database, Redis and a process at once, as when a machine loses power. */
export const killAll: Fault = {
  name: 'kill-all',
  title: 'kill -9 of MariaDB, Redis and a process at once',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ mariadb, redis, nodes }, random) {
    const node = random.pick(nodes)
    const wereAlive = await Promise.all([mariadb, redis, node].map((process) => process.end('SIGKILL')))
    await sleep(random.between(0, 3_000))
    await Promise.all([mariadb.start(), redis.start()])
    return wereAlive.every(Boolean) ? wereAlive.length : 0
  },
}

export const cutMariadb: Fault = {
  name: 'cut-mariadb',
  title: 'MariaDB unreachable for up to 5 s, connections reset',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink }, random) {
    databaseLink.fail()
    await sleep(random.between(0, 5_000))
    return databaseLink.restore()
  },
}

/** Like a network dropping every packet: neither side notices, and the data arrives late. */
export const freezeMariadb: Fault = {
  name: 'freeze-mariadb',
  title: 'traffic to and from MariaDB frozen for 1 to 15 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ databaseLink }, random) {
    databaseLink.freeze()
    await sleep(random.between(1_000, 15_000))
    return databaseLink.restore()
  },
}

export const killRedis: Fault = {
  name: 'kill-redis',
  title: 'kill -9 of Redis, restarted after up to 5 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ redis }, random) {
    const wasAlive = await redis.end('SIGKILL')
    await sleep(random.between(0, 5_000))
    await redis.start()
    return hits(wasAlive)
  },
}

export const haltRedis: Fault = {
  name: 'halt-redis',
  title: 'SIGSTOP of Redis for 1 to 10 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ redis }, random) {
    const stopped = await redis.halt()
    await sleep(random.between(1_000, 10_000))
    redis.resume()
    return hits(stopped)
  },
}

export const cutRedis: Fault = {
  name: 'cut-redis',
  title: 'Redis unreachable for up to 5 s, connections reset',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ redisLink }, random) {
    redisLink.fail()
    await sleep(random.between(0, 5_000))
    return redisLink.restore()
  },
}

export const freezeRedis: Fault = {
  name: 'freeze-redis',
  title: 'traffic to and from Redis frozen for 1 to 10 s',
  databases: MYSQL,
  available: serversUnavailable,
  async inject({ redisLink }, random) {
    redisLink.freeze()
    await sleep(random.between(1_000, 10_000))
    return redisLink.restore()
  },
}
