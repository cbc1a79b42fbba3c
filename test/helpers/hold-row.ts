import { createConnection } from 'mariadb'
import type { Test } from 'tap'
import { connectionSettings } from '../../src/db/mysql/connection.js'

/** Locks a row in a transaction of its own. @returns a function to release it */
export async function holdRow(
  t: Test,
  databaseUrl: string,
  table: 'products' | 'users',
  id: string,
): Promise<() => Promise<void>> {
  const connection = await createConnection(connectionSettings(databaseUrl))
  t.teardown(() => connection.end())
  await connection.beginTransaction()
  await connection.query(`SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [id])
  return () => connection.rollback()
}
