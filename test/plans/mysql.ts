import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createConnection } from 'mariadb'
import type { Test } from 'tap'
import { connectionSettings, prepareSession } from '../../src/db/mysql/connection.js'
import type { Plans, Statements } from './statements.js'

const HEADER_BYTES = 4
const COM_QUERY = 3

/** Takes apart what a client sends: packets of a length in three bytes, a number, and from the first on a command. */
function* queriesIn(bytes: { left: Buffer }): Generator<string> {
  while (bytes.left.length >= HEADER_BYTES) {
    const end = HEADER_BYTES + bytes.left.readUIntLE(0, 3)
    if (bytes.left.length < end) return
    const packet = bytes.left.subarray(0, end)
    bytes.left = bytes.left.subarray(end)
    if (packet[3] === 0 && packet[HEADER_BYTES] === COM_QUERY)
      yield packet.subarray(HEADER_BYTES + 1).toString()
  }
}

/** A link to the database server that passes all on, and notes the statements that go over it, their values in them. */
export async function watchWire(t: Test, target: string): Promise<{ url: string; statements: Statements }> {
  const { hostname, port } = new URL(target)
  const statements: Statements = new Set()
  const open = new Set<Socket>()
  const listener = createServer((near) => {
    const far = connect(Number(port || 3306), hostname)
    const bytes = { left: Buffer.alloc(0) }
    near.on('data', (chunk: Buffer) => {
      bytes.left = Buffer.concat([bytes.left, chunk])
      for (const text of queriesIn(bytes)) statements.add(text)
    })
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => {
    listener.close()
    for (const socket of open) socket.destroy()
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((listener.address() as AddressInfo).port)
  return { url: url.href, statements }
}

interface Step {
  select_type: string
  table: string | null
  type: string | null
  rows: bigint | number | null
  Extra: string | null
}

// Tables of a statement's own: its JSON parameter, and the subqueries that it names.
const OWN = /^(<|take|made|told|terms|booked|wanted|found|page|passing|capped)/
/** More than any list shows or any batch takes. */
const MANY = 1_200

/** Asks the server how it would run a statement, in a session as the program's. Its tables must be filled. */
export async function mysqlPlans(url: string): Promise<Plans> {
  const connection = await createConnection(connectionSettings(url))
  await prepareSession(connection)
  const tables: Record<string, string>[] = await connection.query('SHOW TABLES')
  for (const row of tables) await connection.query(`ANALYZE TABLE ${Object.values(row)[0]}`)
  return {
    async faultOf(text) {
      const steps: Step[] = await connection.query(`EXPLAIN ${text}`)
      // A whole index is read where only its first rows are wanted; a whole table is read for nothing else.
      const bad = steps.some(
        ({ select_type, table, type, rows }) =>
          select_type !== 'INSERT' && // the table that is written to
          table !== null &&
          !OWN.test(table) &&
          (type === 'ALL' || (type === 'index' && Number(rows) > MANY)),
      )
      return bad
        ? steps.map(({ table, type, rows, Extra }) => `${table} ${type} ${rows} ${Extra}`).join(' | ')
        : undefined
    },
    close: () => connection.end(),
  }
}
