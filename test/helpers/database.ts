import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import { connectToServer, databaseUrlOf } from '../../scripts/database-server.js'

/**
 * Selects the database under test: SQLite, or with TEST_DATABASE=mysql the server at TEST_MYSQL_URL. Tests specific
 * to SQLite use `skip: onServer`.
 */
export const onServer = process.env.TEST_DATABASE === 'mysql' && 'this is about files'
/** For tests specific to a database server. */
export const onFile = !onServer && 'this is about a database server'

const PREFIX = 'stockroom_test'

/** Runs statements on the server as its administrator. */
export async function administer(...statements: string[]): Promise<void> {
  const connection = await connectToServer()
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.end()
  }
}

/** Creates an empty database with a unique name on the server, dropped when the test ends. @returns its URL. */
export async function serverDatabase(t: Test): Promise<string> {
  // The test runner uses this mark to drop databases left by killed tests.
  const name = `${PREFIX}_${process.env.TEST_RUN ?? 'alone'}_${randomBytes(6).toString('hex')}`
  await administer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  t.teardown(() => administer(`DROP DATABASE IF EXISTS ${name}`))
  return databaseUrlOf(name)
}

const databases = new Map<string, Promise<string>>()

/** Returns the URL of the database of the folder `dir`, always the same, created for `t` on first use. */
export function databaseOf(t: Test, dir: string, file = 'test.db'): Promise<string> {
  if (!onServer) return Promise.resolve(`file:${join(dir, file)}`)
  const url = databases.get(dir) ?? serverDatabase(t)
  databases.set(dir, url)
  return url
}
