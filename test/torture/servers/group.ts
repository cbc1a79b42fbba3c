import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { freePort } from '../../helpers/ports.js'
import type { Cluster, Member } from '../fault.js'
import type { Lifetime } from '../lifetime.js'
import { administer, clusterOf, eventually, type ManagedMember } from './cluster.js'
import { ManagedProcess } from './managed.js'

const GROUP = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
const SIZE = 3

/** The root folder of mysqld, as by debootstrap; undefined if it is installed on this machine itself. */
export const mysqlRoot = () => process.env.MYSQL_ROOT

const command = (...args: string[]): [string, ...string[]] => {
  const root = mysqlRoot()
  return root ? ['chroot', root, 'mysqld', ...args] : ['mysqld', ...args]
}

const SETUP = [
  'SET SQL_LOG_BIN = 0',
  "CREATE USER root@'127.0.0.1' IDENTIFIED BY ''",
  "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION",
  "CREATE USER rpl@'%' IDENTIFIED BY 'rpl'",
  "GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO rpl@'%'",
  'SET SQL_LOG_BIN = 1',
  "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'rpl', SOURCE_PASSWORD = 'rpl' FOR CHANNEL 'group_replication_recovery'",
]

const OWN_STATE = `SELECT MEMBER_STATE AS state, @@super_read_only AS readOnly, @@server_uuid AS id
  FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid`

type OwnState = { state: string; readOnly: number; id: string }

const ownState = ({ port }: Member) =>
  administer({ port }, async (connection) => (await connection.query<OwnState[]>(OWN_STATE))[0])

const isOnline = async (member: Member) => (await ownState(member))?.state === 'ONLINE'

async function joinGroup(member: Member): Promise<void> {
  await eventually(`${member.name} does not join its group`, async () => {
    const state = (await ownState(member))?.state ?? 'OFFLINE'
    if (state === 'ERROR')
      await administer(member, (connection) => connection.query('STOP GROUP_REPLICATION'))
    if (state === 'OFFLINE')
      await administer(member, (connection) => connection.query('START GROUP_REPLICATION'))
    return isOnline(member)
  })
}

/**
 * Starts three MySQL servers that replicate as a group with one primary, with an empty database `shop`.
 * @returns the cluster, and its ports in the order of its members
 */
export async function startGroup(
  lifetime: Lifetime,
  { onDeath }: { onDeath(account: string): void },
): Promise<Cluster> {
  const root = mysqlRoot() ?? ''
  const place = mkdtempSync(`${root}/tmp/group-`)
  lifetime.teardown(() => rmSync(place, { recursive: true, force: true }))
  chmodSync(place, 0o777)
  const inside = place.slice(root.length)
  const ports = await Promise.all(Array.from({ length: SIZE }, freePort))
  const groupPorts = await Promise.all(Array.from({ length: SIZE }, freePort))
  const seeds = groupPorts.map((port) => `127.0.0.1:${port}`).join(',')
  const members = ports.map((port, i): ManagedMember => {
    const data = `${inside}/${i}`
    const [program, ...args] = command(
      '--no-defaults',
      '--initialize-insecure',
      '--user=root',
      `--datadir=${data}`,
    )
    execFileSync(program, args, { stdio: 'pipe' })
    const server = new ManagedProcess(lifetime, {
      name: `mysqld ${i}`,
      command: command(
        '--no-defaults',
        '--user=root',
        `--datadir=${data}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--socket=${data}.sock`,
        `--pid-file=${data}.pid`,
        '--mysqlx=OFF',
        '--secure-file-priv=NULL',
        `--server-id=${i + 1}`,
        '--gtid-mode=ON',
        '--enforce-gtid-consistency=ON',
        '--report-host=127.0.0.1',
        `--report-port=${port}`,
        '--plugin-load-add=group_replication.so',
        `--loose-group-replication-group-name=${GROUP}`,
        `--loose-group-replication-local-address=127.0.0.1:${groupPorts[i]}`,
        `--loose-group-replication-group-seeds=${seeds}`,
        '--loose-group-replication-ip-allowlist=127.0.0.1',
        '--loose-group-replication-start-on-boot=OFF',
        '--loose-group-replication-recovery-get-public-key=ON',
        '--loose-group-replication-unreachable-majority-timeout=5',
      ),
      cwd: '/',
      env: process.env,
      isReady: (output) => output.includes('ready for connections'),
      onDeath,
    })
    return Object.assign(server, { port })
  })
  for (const [i, member] of members.entries()) {
    await member.start()
    await administer({ socketPath: `${place}/${i}.sock` }, async (connection) => {
      for (const statement of SETUP) await connection.query(statement)
      const first = i === 0
      if (first) await connection.query('SET GLOBAL group_replication_bootstrap_group = ON')
      await connection.query('START GROUP_REPLICATION')
      if (!first) return
      await connection.query('SET GLOBAL group_replication_bootstrap_group = OFF')
    })
    await joinGroup(member)
    if (i > 0) continue
    await administer(member, (connection) => connection.query('CREATE DATABASE shop CHARACTER SET utf8mb4'))
  }
  return clusterOf({
    members,
    async takesWrites(member) {
      const own = await ownState(member)
      return own?.state === 'ONLINE' && Number(own.readOnly) === 0
    },
    join: joinGroup,
    async promote(member) {
      const own = await ownState(member)
      await administer(member, (connection) =>
        connection.query('SELECT group_replication_set_as_primary(?)', [own?.id]),
      )
    },
  })
}
