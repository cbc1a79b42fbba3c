import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createConnection } from 'mariadb'
import type { Test } from 'tap'
import { connectionSettings, prepareSession } from '../../../src/db/mysql/connection.js'
import { parseServerUrl } from '../../../src/db/mysql/url.js'
import { BOUNDED_TABLES, type Plans, type Statements } from './statements.js'

const HEADER_BYTES = 4
const COM_QUERY = 3

/** Parses client packets: a three-byte length, a sequence number and, in the first packet, a command. */
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

/** Starts a proxy to the database server that records the statements passing through, with their values. */
export async function watchWire(t: Test, target: string): Promise<{ url: string; statements: Statements }> {
  const { host, port } = parseServerUrl(target)
  const statements: Statements = new Set()
  const open = new Set<Socket>()
  const listener = createServer((near) => {
    const far = connect(port, host)
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

// Derived tables of a statement: its JSON parameter and named subqueries.
const OWN = /^(<|take|made|told|terms|booked|wanted|found|page|passing|capped|former)/
/** More rows than any list or batch contains. */
const MANY = 1_200

/** Returns how many rows of an index a statement reads at most: EXPLAIN counts all, also where the first few suffice. */
function limitOf(text: string, steps: Step[]): number {
  const isWhole = steps.length === 1 && !/Using (where|filesort|temporary)/.test(steps[0]?.Extra ?? '')
  return isWhole ? Number(/LIMIT (\d+)/.exec(text)?.[1] ?? Infinity) : Infinity
}

/** Opens a session like the program's to explain statements. The server's tables must be filled. */
export async function mysqlPlans(url: string): Promise<Plans> {
  const connection = await createConnection(connectionSettings(url))
  await prepareSession(connection)
  const tables: Record<string, string>[] = await connection.query('SHOW TABLES')
  for (const row of tables) await connection.query(`ANALYZE TABLE ${Object.values(row)[0]}`)
  return {
    async faultOf(text) {
      const steps: Step[] = await connection.query(`EXPLAIN ${text}`)
      const limit = limitOf(text, steps)
      // An index may be read in full only to fetch its first rows; a table must never be.
      const bad = steps.some(
        ({ select_type, table, type, rows }) =>
          select_type !== 'INSERT' && // the target table of the insert
          table !== null &&
          !OWN.test(table) &&
          !BOUNDED_TABLES.includes(table) &&
          (type === 'ALL' || (type === 'index' && Math.min(Number(rows), limit) > MANY)),
      )
      return bad
        ? steps.map(({ table, type, rows, Extra }) => `${table} ${type} ${rows} ${Extra}`).join(' | ')
        : undefined
    },
    close: () => connection.end(),
  }
}
