import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../helpers/ports.js'
import { find } from '../../helpers/topology/programs.js'
import type { Cluster, Member } from '../fault.js'
import type { Lifetime } from '../lifetime.js'
import { administer, clusterOf, eventually, type ManagedMember } from './cluster.js'
import { ManagedProcess } from './managed.js'

const SIZE = 3
/** Makes the cluster at the first start of its first node only: later it joins the others. $0 marks that it was made. */
const ONCE_NEW = 'if [ -e "$0" ]; then exec "$@"; fi; touch "$0"; exec "$@" --wsrep-new-cluster'
export const PROVIDER = '/usr/lib/galera/libgalera_smm.so'

const STATE =
  "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_local_state_comment', 'wsrep_cluster_status')"

const isSynced = ({ port }: Member) =>
  administer({ port }, async (connection) => {
    const rows = await connection.query<{ Value: string }[]>(STATE)
    const values = rows.map(({ Value }) => Value)
    return values.includes('Synced') && values.includes('Primary')
  })

const joined = (member: Member) =>
  eventually(`${member.name} does not join its cluster`, () => isSynced(member))

/** Starts three MariaDB servers as nodes of a Galera cluster, with an empty database `shop`. */
export async function startGalera(
  lifetime: Lifetime,
  { onDeath }: { onDeath(account: string): void },
): Promise<Cluster> {
  const place = mkdtempSync(join(tmpdir(), 'galera-'))
  lifetime.teardown(() => rmSync(place, { recursive: true, force: true }))
  const ports = await Promise.all(Array.from({ length: SIZE }, freePort))
  const clusterPorts = await Promise.all(Array.from({ length: SIZE }, freePort))
  const transferPorts = await Promise.all(Array.from({ length: 2 * SIZE }, freePort))
  const addresses = clusterPorts.map((port) => `127.0.0.1:${port}`).join(',')
  // As root, rsync would take the files of a joining node as nobody, who may not write them.
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : []
  if (user.length > 0) execFileSync('chown', ['mysql', place])
  const members = ports.map((port, i): ManagedMember => {
    const data = join(place, String(i))
    mkdirSync(data)
    const own = ['--no-defaults', `--datadir=${data}`, ...user]
    const install = ['--auth-root-authentication-method=normal', '--skip-test-db']
    execFileSync('mariadb-install-db', [...own, ...install], { stdio: 'pipe' })
    const server = new ManagedProcess(lifetime, {
      name: `node ${i}`,
      command: [
        'sh',
        '-c',
        i === 0 ? ONCE_NEW : 'exec "$@"',
        join(place, 'made'),
        find('mariadbd') ?? 'mariadbd',
        ...own,
        `--socket=${data}.sock`,
        `--pid-file=${data}.pid`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--binlog-format=ROW',
        '--innodb-autoinc-lock-mode=2',
        '--wsrep-on=ON',
        `--wsrep-provider=${PROVIDER}`,
        '--wsrep-cluster-name=stockroom',
        `--wsrep-cluster-address=gcomm://${addresses}`,
        `--wsrep-node-address=127.0.0.1:${clusterPorts[i]}`,
        `--wsrep-node-name=node-${i}`,
        '--wsrep-sst-method=rsync',
        `--wsrep-sst-receive-address=127.0.0.1:${transferPorts[i]}`,
        `--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${clusterPorts[i]};ist.recv_addr=127.0.0.1:${transferPorts[SIZE + i]}`,
      ],
      cwd: place,
      env: process.env,
      isReady: (output) => output.includes('ready for connections'),
      onDeath,
    })
    return Object.assign(server, { port })
  })
  for (const [i, member] of members.entries()) {
    await member.start()
    await joined(member)
    if (i > 0) continue
    await administer({ socketPath: join(place, '0.sock') }, async (connection) => {
      await connection.query("CREATE USER IF NOT EXISTS root@'127.0.0.1'")
      await connection.query("GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION")
      await connection.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
    })
  }
  return clusterOf({
    members,
    takesWrites: isSynced,
    join: joined,
    promote: () => Promise.reject(new Error('every node of a Galera cluster is a primary')),
  })
}
