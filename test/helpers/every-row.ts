import type { App } from '../../src/app.js'
import { onServer } from './database.js'

const TABLES = onServer
  ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
  : "SELECT name FROM sqlite_schema WHERE type = 'table'"

/** Returns the tables containing `pattern` in any column of any row, sorted, each with the first such row. */
export async function tablesWith({ db }: App, pattern: RegExp): Promise<[table: string, row: string][]> {
  const tables = await db.read.$queryRawUnsafe<{ name: string }[]>(TABLES)
  const found: [string, string][] = []
  for (const { name } of tables) {
    const rows = await db.read.$queryRawUnsafe<Record<string, unknown>[]>(`SELECT * FROM ${name}`)
    const texts = rows.map((row) =>
      Object.entries(row)
        .map(
          ([column, value]) =>
            `${column}: ${value instanceof Uint8Array ? Buffer.from(value) : String(value)}`,
        )
        .join('; '),
    )
    const first = texts.find((text) => pattern.test(text))
    if (first !== undefined) found.push([name, first])
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1))
}
