import { createConnection } from 'mariadb'
import t from 'tap'
import { unsafeOf } from '../../../src/db/mysql/durability.js'
import { startServer } from '../../helpers/process.js'
import { unless } from '../../helpers/topology/programs.js'
import { startMariadb } from '../../helpers/topology/services.js'

t.test('finds the settings that may lose confirmed commits in a power cut', async (t) => {
  const unsafe = (commits: string | undefined, log?: string, binlog?: string) => {
    const settings = { innodb_flush_log_at_trx_commit: commits, log_bin: log, sync_binlog: binlog }
    const known = Object.entries(settings).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    return unsafeOf(new Map(known))
  }
  t.same(unsafe('1', 'OFF', '0'), [], 'sync_binlog is irrelevant without a binary log')
  t.same(unsafe('1', 'ON', '1'), [])
  t.same(unsafe('3', 'OFF', '0'), [])
  t.same(unsafe('0', 'OFF', '0'), ['innodb_flush_log_at_trx_commit=0'])
  t.same(unsafe('2', 'ON', '1'), ['innodb_flush_log_at_trx_commit=2'])
  t.same(unsafe('1', 'ON', '0'), ['sync_binlog=0'])
  t.same(unsafe('2', 'ON', '100'), ['innodb_flush_log_at_trx_commit=2', 'sync_binlog=100'])
  t.same(unsafe(undefined), [], 'a server without these settings')
})

t.test(
  'a start on a server that may lose commits in a power cut logs one warning, and none otherwise',
  { skip: unless('mariadbd', 'mariadb-install-db') },
  async (t) => {
    const { url, port } = await startMariadb(t, ['--log-bin', '--sync-binlog=1'])
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
    t.teardown(() => connection.end())
    const start = async () => {
      const server = await startServer(t, t.testdir(), { DATABASE_URL: url })
      await server.stop()
      const lines = server.output().match(/^\{.*power cut.*\}$/gm) ?? []
      return lines.map((line) => {
        const { level, settings } = JSON.parse(line) as { level: number; settings: string[] }
        return { level, settings }
      })
    }
    t.same(await start(), [])
    await connection.query('SET GLOBAL innodb_flush_log_at_trx_commit = 2, GLOBAL sync_binlog = 0')
    const settings = ['innodb_flush_log_at_trx_commit=2', 'sync_binlog=0']
    t.same(await start(), [{ level: 40, settings }])
  },
)
