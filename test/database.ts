import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createConnection } from 'mariadb'
import type { Test } from 'tap'

/**
 * The database that the tests run on: SQLite, or with TEST_DATABASE=mysql the server at TEST_MYSQL_URL. Tests of
 * SQLite's own ways begin with `skip: onServer`.
 */
export const onServer = process.env.TEST_DATABASE === 'mysql' && 'this is about files'
/** For tests of a server's own ways. */
export const onFile = !onServer && 'this is about a database server'

const server = process.env.TEST_MYSQL_URL || 'mysql://root@127.0.0.1:3306'
const PREFIX = 'stockroom_test'

/** Runs statements on the server as its administrator. */
export async function administer(...statements: string[]): Promise<void> {
  const { hostname, port, username, password } = new URL(server)
  const connection = await createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  })
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.end()
  }
}

/** The URL of a database of a fresh name on the server, empty, and dropped when the test ends. */
export async function serverDatabase(t: Test): Promise<string> {
  // The process that runs the suite drops by this mark what a test that was killed left behind.
  const name = `${PREFIX}_${process.env.TEST_RUN ?? 'alone'}_${randomBytes(6).toString('hex')}`
  await administer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  t.teardown(() => administer(`DROP DATABASE IF EXISTS ${name}`))
  return new URL(`/${name}`, server).href
}

const made = new Map<string, Promise<string>>()

/** The URL of the database that belongs to the folder `dir`, the same each time, made for `t` when it is not there. */
export function databaseOf(t: Test, dir: string, file = 'test.db'): Promise<string> {
  if (!onServer) return Promise.resolve(`file:${join(dir, file)}`)
  const url = made.get(dir) ?? serverDatabase(t)
  made.set(dir, url)
  return url
}
