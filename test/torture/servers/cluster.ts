import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mariadb'
import type { Cluster, Member } from '../fault.js'
import type { ManagedProcess } from './managed.js'

const ANSWER_MS = 1_000
const DEADLINE_MS = 300_000

/** Connects to a member as its administrator, over TCP or, before its users are set up, its socket. */
export const administer = async <T>(
  at: { port: number } | { socketPath: string },
  work: (connection: Connection) => Promise<T>,
): Promise<T> => {
  const connection = await createConnection({
    host: '127.0.0.1',
    user: 'root',
    allowPublicKeyRetrieval: true,
    connectTimeout: ANSWER_MS,
    ...at,
  })
  connection.on('error', () => undefined)
  try {
    return await work(connection)
  } finally {
    connection.destroy()
  }
}

/** Waits until `holds` resolves to true; failures count as false. @throws after five minutes */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + DEADLINE_MS; ; await sleep(50)) {
    if (await holds().catch(() => false)) return
    if (performance.now() > deadline) throw new Error(`${what} within ${DEADLINE_MS / 1000} s`)
  }
}

export type ManagedMember = Member & ManagedProcess

export interface ClusterOptions {
  members: ManagedMember[]
  /** Whether a member takes writes; rejects if it does not answer. */
  takesWrites(member: Member): Promise<boolean>
  /** Makes a running member join again, if it does not do so automatically. */
  join(member: Member): Promise<void>
  /** Makes a member the primary. */
  promote(member: Member): Promise<void>
}

/** Returns the control of a cluster's members. */
export function clusterOf({ members, takesWrites, join, promote }: ClusterOptions): Cluster {
  const primary = async (except?: Member): Promise<Member> => {
    let found: Member | undefined
    await eventually('no member takes writes', async () => {
      for (const member of members)
        if (member !== except && (await takesWrites(member).catch(() => false))) found ??= member
      return found !== undefined
    })
    return found as Member
  }
  return {
    members,
    primary,
    promote,
    async rejoin(member) {
      member.resume()
      await member.start()
      await join(member)
    },
  }
}
