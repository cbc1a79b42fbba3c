import { createConnection } from 'mariadb'
import type { Test } from 'tap'
import { unless } from './topology/programs.js'
import { startMariadb } from './topology/services.js'

/** Skip reason for tests of replication. */
export const noReplication = unless('mariadbd', 'mariadb-install-db')

/** A user whom read-only servers refuse, unlike root. */
const KEEPER = ["CREATE USER keeper@'%' IDENTIFIED BY 'secret'", "GRANT ALL ON shop.* TO keeper@'%'"]

/** Starts a MariaDB, the second of two as a replica of the first. */
async function startMember(t: Test, id: number, primary?: { port: number }) {
  const options = [`--server-id=${id}`, '--log-bin', '--gtid-strict-mode=ON', '--log-slave-updates']
  const server = await startMariadb(t, options)
  const connection = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root' })
  connection.on('error', () => {}) // of a killed server
  t.teardown(() => connection.end().catch(() => {}))
  const run = async (...statements: string[]) => {
    for (const statement of statements) await connection.query(statement)
  }
  const replicate = (from: number) =>
    run(
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${from}, MASTER_USER='root', MASTER_USE_GTID=slave_pos`,
      'START SLAVE',
    )
  if (primary) {
    await run('RESET MASTER', 'SET GLOBAL read_only = ON')
    await replicate(primary.port)
  } else await run(...KEEPER)
  return {
    ...server,
    run,
    replicate,
    /** Returns the rows of a statement. */
    query: <T>(sql: string) => connection.query<T[]>(sql),
    /** Waits until it has applied everything from `source`. */
    async catchUp(source: { position(): Promise<string> }) {
      await connection.query('SELECT MASTER_GTID_WAIT(?, 30)', [await source.position()])
    },
    async position() {
      const [row] = await connection.query<{ at: string }[]>('SELECT @@gtid_binlog_pos AS at')
      return row?.at ?? ''
    },
  }
}

export type Member = Awaited<ReturnType<typeof startMember>>

/** Starts a primary `one` and its replica `two`, and returns the URL of both, which names the replica first. */
export async function startReplicated(t: Test) {
  const one = await startMember(t, 1)
  const two = await startMember(t, 2, one)
  const databaseUrl = `mysql://keeper:secret@127.0.0.1:${two.port},127.0.0.1:${one.port}/shop`
  return { one, two, databaseUrl }
}
