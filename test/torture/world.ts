import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../helpers/ports.js'
import type { Cluster, DatabaseLink, DatabaseName, Fault, Link, Place, Process, World } from './fault.js'
import { Journal } from './journal.js'
import type { Lifetime } from './lifetime.js'
import { startGalera } from './servers/galera.js'
import { startGroup } from './servers/group.js'
import type { ManagedProcess } from './servers/managed.js'
import { serverNode } from './servers/node.js'
import { DatabaseProxy, LinkProxy } from './servers/proxy.js'
import { startMariadb, startRedis } from './servers/services.js'

const DEADLINE_MS = 600_000

export interface RunningWorld extends World {
  readonly nodes: readonly (World['nodes'][number] & ManagedProcess)[]
  readonly journal: Journal
  /** Connects to the database directly, not through the proxy. On a cluster, it names all members. */
  readonly databaseUrl: string
  /** Descriptions of unexpected process exits. */
  readonly deaths: string[]
}

interface Services {
  databaseUrl: string
  env: Record<string, string>
  /** Settings of the process with this number, in place of `env`. */
  envOf?(number: number): Record<string, string>
  cluster?: Cluster
  mariadb?: Process
  redis?: Process
  databaseLink?: DatabaseLink
  redisLink?: Link
}

type OnDeath = (account: string) => void

async function startServices(
  lifetime: Lifetime,
  {
    data,
    directory,
    mariadbEnv,
    onDeath,
  }: Place & { data: string; mariadbEnv: Record<string, string>; onDeath: OnDeath },
): Promise<Services> {
  const mariadb = await startMariadb(lifetime, { data, env: mariadbEnv, onDeath })
  const redis = await startRedis(lifetime, { cwd: directory, onDeath })
  const databaseLink = new DatabaseProxy(lifetime, mariadb.port)
  const redisLink = new LinkProxy(lifetime, redis.port)
  const [databasePort, redisPort] = [await databaseLink.listen(), await redisLink.listen()]
  return {
    databaseUrl: `mysql://root@127.0.0.1:${mariadb.port}/shop`,
    env: {
      DATABASE_URL: `mysql://root@127.0.0.1:${databasePort}/shop`,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    },
    mariadb: mariadb.server,
    redis: redis.server,
    databaseLink,
    redisLink,
  }
}

/**
 * Starts the servers of `database`. Each process of a Galera cluster writes to another node. Lists are read from the
 * replicas of a group.
 */
async function startCluster(
  lifetime: Lifetime,
  database: 'group' | 'galera',
  onDeath: OnDeath,
): Promise<Services> {
  const cluster = await (database === 'group' ? startGroup : startGalera)(lifetime, { onDeath })
  const hosts = cluster.members.map(({ port }) => `127.0.0.1:${port}`)
  const urlFrom = (first: number) => {
    const turned = hosts.map((_, i) => hosts[(first + i) % hosts.length])
    return `mysql://root@${turned.join(',')}/shop`
  }
  const envOf = (number: number) => ({ DATABASE_URL: urlFrom(number) })
  const env = { READ_REPLICAS: String(database === 'group') }
  return { databaseUrl: urlFrom(0), env, envOf, cluster }
}

const onFile = (data: string): Services => {
  const databaseUrl = `file:${join(data, 'stockroom.db')}`
  return { databaseUrl, env: { DATABASE_URL: databaseUrl } }
}

/** A temporary folder, removed at the end. */
function makeDirectory(lifetime: Lifetime): string {
  const directory = mkdtempSync(join(tmpdir(), 'torture-'))
  lifetime.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Starts the services for `database` and the Stockroom processes. */
export async function startWorld(
  lifetime: Lifetime,
  fault: Fault,
  database: DatabaseName,
): Promise<RunningWorld> {
  const place: Place = { database, directory: makeDirectory(lifetime) }
  // Registered first, so it runs last: after every process has ended.
  lifetime.teardown(() => fault.release?.(place))
  const settings = (await fault.prepare?.(place)) ?? {}
  const work = makeDirectory(lifetime)
  const data = settings.data ?? join(work, 'data')
  mkdirSync(data, { recursive: true })

  const deaths: string[] = []
  const onDeath = (account: string) => void deaths.push(account)
  const start = () => {
    if (database === 'sqlite') return onFile(data)
    if (database !== 'mysql') return startCluster(lifetime, database, onDeath)
    const mariadbEnv = settings.mariadbEnv ?? {}
    return startServices(lifetime, { database, directory: work, data, mariadbEnv, onDeath })
  }
  const services = await start()
  const count = { sqlite: fault.nodesOnFile ?? 1, mysql: 2, group: 2, galera: 3 }[database]
  const nodes: RunningWorld['nodes'][number][] = []
  for (let i = 0; i < count; i++) {
    const env = { ...services.env, ...services.envOf?.(i), ...settings.env }
    const [name, port] = [`process ${i}`, await freePort()]
    nodes.push(serverNode(lifetime, { name, port, cwd: join(work, `process-${i}`), env, onDeath }))
  }
  // On Galera the lock of a migration holds on one node only, and each process uses another.
  await nodes[0]?.start()
  await Promise.all(nodes.map((node) => node.start()))

  const journal = new Journal()
  const required = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error(`${database} has no such service`)
    return part
  }
  return {
    ...place,
    data,
    nodes,
    journal,
    deaths,
    databaseUrl: services.databaseUrl,
    get mariadb() {
      return required(services.mariadb)
    },
    get redis() {
      return required(services.redis)
    },
    get databaseLink() {
      return required(services.databaseLink)
    },
    get redisLink() {
      return required(services.redisLink)
    },
    get cluster() {
      return required(services.cluster)
    },
    acknowledged: () => journal.acknowledged,
    refused: () => journal.statuses.get(503) ?? 0,
    nextOrder: () => journal.nextOrder(),
    async moreOrders(more, deadlineMs = DEADLINE_MS) {
      const enough = journal.acknowledged + more
      for (const deadline = performance.now() + deadlineMs; journal.acknowledged < enough; await sleep(5))
        if (performance.now() > deadline)
          throw new Error(`fewer than ${more} orders within ${deadlineMs / 1000} s`)
    },
  }
}
