/** Temporary databases for a run. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
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

/** The Redis of a run. Nodes of different shops share it without meeting. */
export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

/** Returns why no Redis can be used; undefined if one can. */
export async function redisMissing(): Promise<string | undefined> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return undefined
  } catch {
    return `no Redis answers at ${new URL(redisUrl).host}`
  } finally {
    client.disconnect()
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
