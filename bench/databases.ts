/** Temporary databases for a run. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectToServer, databaseUrlOf, serverUrl } from '../scripts/database-server.js'

export interface ThrowAway {
  url: string
  drop(): Promise<void>
}

/** Returns a path for a new SQLite file. */
export function newFile(): ThrowAway {
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-bench-'))
  return {
    url: `file:${join(dir, 'bench.db')}`,
    drop: async () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** Returns why no database server can be used; undefined if one can. */
export async function serverMissing(): Promise<string | undefined> {
  try {
    await (await connectToServer()).end()
    return undefined
  } catch {
    return `no MySQL or MariaDB answers at ${new URL(serverUrl).host}`
  }
}

/** Creates an empty database on the server. */
export async function newDatabase(): Promise<ThrowAway> {
  const name = `stockroom_bench_${randomBytes(4).toString('hex')}`
  const run = async (statement: string) => {
    const connection = await connectToServer()
    await connection.query(statement)
    await connection.end()
  }
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  return { url: databaseUrlOf(name), drop: () => run(`DROP DATABASE ${name}`) }
}
