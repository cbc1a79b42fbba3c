/** Databases for one run, made and thrown away. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, createConnection } from 'mariadb'

export interface ThrowAway {
  url: string
  drop(): Promise<void>
}

/** A path for a new SQLite file. */
export function newFile(): ThrowAway {
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-bench-'))
  return {
    url: `file:${join(dir, 'bench.db')}`,
    drop: async () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** Where a MySQL or MariaDB server is looked for, as the tests do. */
const server = process.env.TEST_MYSQL_URL || 'mysql://root@127.0.0.1:3306'

export function connect(url = server): Promise<Connection> {
  const { hostname, port, username, password, pathname } = new URL(url)
  return createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1) || undefined,
    connectTimeout: 2_000,
  })
}

/** Why no database server can be used, if so. */
export async function serverMissing(): Promise<string | undefined> {
  try {
    await (await connect()).end()
    return undefined
  } catch {
    return `no MySQL or MariaDB answers at ${new URL(server).host}`
  }
}

/** A new, empty database on the server. */
export async function newDatabase(): Promise<ThrowAway> {
  const name = `stockroom_bench_${randomBytes(4).toString('hex')}`
  const run = async (statement: string) => {
    const connection = await connect()
    await connection.query(statement)
    await connection.end()
  }
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  return { url: new URL(`/${name}`, server).href, drop: () => run(`DROP DATABASE ${name}`) }
}
