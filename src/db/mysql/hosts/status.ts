import type { Connection } from 'mariadb'
import { DatabaseUnusable } from '../../errors.js'
import { productFault, type Variables } from './product.js'

const ER_TABLEACCESS_DENIED = 1142

/** A server's report about itself. */
export interface Status {
  /** Why it takes no writes; undefined if it does. */
  refuses: string | undefined
  /** Whether its cluster keeps it from diverging from other writable servers. */
  isMember: boolean
  /** Whether it is a read-only server, such as the replica of another, outside Galera. */
  isReadOnly: boolean
}

/** The answer leaves out those unknown to the server. */
const VARIABLES = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment', 'read_only',
  'super_read_only', 'innodb_read_only', 'wsrep_on', 'server_uuid', 'group_replication_group_name',
  'group_replication_single_primary_mode', 'aurora_version')`

const NODE = `SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_status',
  'wsrep_local_state_comment')`

const MEMBERS = `SELECT MEMBER_ID AS id, MEMBER_STATE AS state, MEMBER_ROLE AS role
  FROM performance_schema.replication_group_members`

type Pair = { Variable_name: string; Value: string }

const read = async (connection: Connection, sql: string): Promise<Variables> =>
  new Map((await connection.query<Pair[]>(sql)).map((row) => [row.Variable_name, row.Value]))

/** A node outside the primary component, or still joining it, refuses all statements (error 1047). */
async function galeraRefusal(connection: Connection): Promise<string | undefined> {
  const node = await read(connection, NODE)
  if (node.get('wsrep_cluster_status') !== 'Primary')
    return 'it is not in the primary component of its cluster'
  if (node.get('wsrep_ready') !== 'ON' || node.get('wsrep_local_state_comment') !== 'Synced')
    return `its state in the cluster is ${node.get('wsrep_local_state_comment')}`
  return undefined
}

/** A primary without a majority still claims to take writes, but would answer none. */
async function groupRefusal(connection: Connection, id: string | undefined): Promise<string | undefined> {
  let members: { id: string; state: string; role: string }[]
  try {
    members = await connection.query(MEMBERS)
  } catch (error) {
    // Without the right to see the group, `super_read_only` has to do.
    if ((error as { errno?: unknown }).errno === ER_TABLEACCESS_DENIED) return undefined
    throw error
  }
  const own = members.find((member) => member.id === id)
  if (own?.state !== 'ONLINE') return `its state in the group is ${own?.state || 'OFFLINE'}`
  if (own.role !== 'PRIMARY') return `its role in the group is ${own.role}`
  const reachable = members.filter(({ state }) => state !== 'UNREACHABLE')
  return reachable.length * 2 > members.length ? undefined : 'its group has lost the majority'
}

function readOnlyRefusal(variables: Variables): string | undefined {
  const isSet = (name: string) => (variables.get(name) ?? 'OFF') !== 'OFF'
  const set = ['super_read_only', 'read_only', 'innodb_read_only'].find(isSet)
  return set && `it is read-only (${set})`
}

/**
 * Asks a server whether it takes writes.
 * @throws DatabaseUnusable for an unsupported product
 */
export async function statusOf(connection: Connection): Promise<Status> {
  const variables = await read(connection, VARIABLES)
  const fault = productFault(variables)
  if (fault) throw new DatabaseUnusable(fault)
  const isOnGalera = variables.get('wsrep_on') === 'ON'
  const isInGroup = Boolean(variables.get('group_replication_group_name'))
  let refuses = readOnlyRefusal(variables)
  const isReadOnly = refuses !== undefined && !isOnGalera
  if (isOnGalera) refuses ??= await galeraRefusal(connection)
  if (isInGroup) refuses ??= await groupRefusal(connection, variables.get('server_uuid'))
  return { refuses, isMember: isOnGalera || isInGroup, isReadOnly }
}
