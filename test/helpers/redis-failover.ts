import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { PATIENCE_MS } from './patience.js'
import { freePort } from './ports.js'
import { startRedis } from './redis-server.js'

type Server = Awaited<ReturnType<typeof startRedis>>

/** Shorter than anything waits for in a test. */
const DOWN_AFTER_MS = 500

/** Runs a command on the server at `port`. */
async function command(port: number, password: string | undefined, [name, ...args]: [string, ...string[]]) {
  const client = new Redis({ port, ...(password !== undefined && { password }) })
  try {
    return await client.call(name, ...args)
  } finally {
    client.disconnect()
  }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await holds().catch(() => false)); ) {
    if (performance.now() > end) throw new Error(`timed out waiting until: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Starts a Redis with a replica, and three sentinels that know it as `main`. Each kind has a password. */
export async function startSentinels(t: Test, { password, sentinelPassword }: Record<string, string>) {
  const auth = ['--requirepass', `${password}`, '--masterauth', `${password}`]
  const master = await startRedis(t, auth)
  const replica = await startRedis(t, [...auth, '--replicaof', `127.0.0.1 ${master.port}`])
  await eventually(async () =>
    String(await command(replica.port, password, ['INFO', 'replication'])).includes('master_link_status:up'),
  )
  const sentinels: Server[] = []
  for (let i = 0; i < 3; i++) {
    const dir = mkdtempSync(join(tmpdir(), 'sentinel-'))
    t.teardown(() => rmSync(dir, { recursive: true, force: true }))
    const file = join(dir, 'sentinel.conf')
    const port = await freePort()
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `requirepass ${sentinelPassword}`,
      `sentinel sentinel-pass ${sentinelPassword}`,
      `sentinel monitor main 127.0.0.1 ${master.port} 2`,
      `sentinel auth-pass main ${password}`,
      `sentinel down-after-milliseconds main ${DOWN_AFTER_MS}`,
      'sentinel failover-timeout main 2000',
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    sentinels.push(await startRedis(t, ['--sentinel'], { file, port }))
  }
  for (const { port } of sentinels)
    await eventually(async () => {
      const [known, replicas] = await Promise.all(
        ['SENTINELS', 'REPLICAS'].map((what) => command(port, sentinelPassword, ['SENTINEL', what, 'main'])),
      )
      return (known as unknown[]).length === 2 && (replicas as unknown[]).length === 1
    })
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return { master, replica, hosts }
}

/** Starts a cluster of three nodes and a replica of the one with the keys beginning with `prefix`. */
export async function startCluster(t: Test, prefix: string) {
  const nodes: Server[] = []
  for (let i = 0; i < 4; i++)
    nodes.push(
      await startRedis(t, [
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(2 * DOWN_AFTER_MS)],
        ...['--cluster-replica-validity-factor', '0', '--cluster-config-file', `nodes-${i}.conf`],
      ]),
    )
  const on = ({ port }: Server, ...words: [string, ...string[]]) => command(port, undefined, words)
  const [one, two, three, replica] = nodes as [Server, Server, Server, Server]
  for (const node of [two, three, replica]) {
    // The bus of a server listens at its port and 10,000.
    await on(one, 'CLUSTER', 'MEET', '127.0.0.1', String(node.port))
  }
  const ranges = ['0 5460', '5461 10922', '10923 16383']
  for (const [i, range] of ranges.entries())
    await on(nodes[i] as Server, 'CLUSTER', 'ADDSLOTSRANGE', ...range.split(' '))
  const slot = Number(await on(one, 'CLUSTER', 'KEYSLOT', prefix))
  const owner = nodes[ranges.findIndex((range) => slot <= Number(range.split(' ')[1]))] as Server
  const id = String(await on(owner, 'CLUSTER', 'MYID'))
  await eventually(async () => (await on(replica, 'CLUSTER', 'REPLICATE', id)) === 'OK')
  for (const node of nodes)
    await eventually(async () => String(await on(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
  await eventually(async () =>
    String(await on(replica, 'INFO', 'replication')).includes('master_link_status:up'),
  )
  return { owner, replica, hosts: nodes.map(({ port }) => `127.0.0.1:${port}`).join(',') }
}
