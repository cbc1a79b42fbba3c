import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, createConnection } from 'mariadb'
import { connectionSettings } from '../../src/db/mysql/connection.js'
import { migrate } from '../../src/db/open.js'

/** A migrated database: the statements to create its tables, and the rows of those with any. */
interface Template {
  tables: string[]
  rows: { insert: string; values: unknown[] }[]
}

let loading: Promise<Template> | undefined

const connect = (url: string) =>
  createConnection({
    ...connectionSettings(url),
    dateStrings: true,
    bigIntAsNumber: true,
    multipleStatements: true,
  })

async function rowsOf(connection: Connection, table: string): Promise<Template['rows']> {
  const columns = await connection.query<{ Field: string; Extra: string }[]>(`SHOW COLUMNS FROM ${table}`)
  const names = columns.filter(({ Extra }) => !Extra.includes('GENERATED')).map(({ Field }) => Field)
  const rows = await connection.query<Record<string, unknown>[]>(`SELECT * FROM ${table}`)
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
  return rows.map((row) => ({ insert, values: names.map((name) => row[name]) }))
}

/** Reads the tables and rows of the database at `url`. */
async function read(url: string): Promise<Template> {
  const connection = await connect(url)
  try {
    const template: Template = { tables: [], rows: [] }
    for (const row of await connection.query<Record<string, string>[]>('SHOW TABLES')) {
      const table = `\`${Object.values(row)[0]}\``
      const [created] = await connection.query<Record<string, string>[]>(`SHOW CREATE TABLE ${table}`)
      template.tables.push(String(created?.['Create Table']))
      template.rows.push(...(await rowsOf(connection, table)))
    }
    return template
  } finally {
    await connection.end()
  }
}

/** Returns the template of the test run, or of this process when it runs alone, made of the database `url` if it is the first. */
async function load(url: string): Promise<{ template: Template; made: boolean }> {
  const folder = process.env.TEST_TEMPLATES ?? mkdtempSync(join(tmpdir(), 'stockroom-server-'))
  if (!process.env.TEST_TEMPLATES)
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'server.json')
  if (existsSync(file)) return { template: JSON.parse(readFileSync(file, 'utf8')), made: false }
  await migrate(url)
  const template = await read(url)
  const draft = join(mkdtempSync(join(folder, 'draft-')), 'server.json')
  writeFileSync(draft, JSON.stringify(template))
  renameSync(draft, file)
  return { template, made: true }
}

/**
 * Migrates the database at `url` on a server, if it is empty: by copying the tables of one that was migrated in this test run, in
 * a third of the time.
 */
export async function migrateByCopy(url: string): Promise<void> {
  let own = false
  loading ??= load(url).then(({ template, made }) => {
    own = made
    return template
  })
  const { tables, rows } = await loading
  if (own) return
  const connection = await connect(url)
  try {
    if ((await connection.query<unknown[]>('SHOW TABLES')).length > 0) return
    await connection.query(['SET FOREIGN_KEY_CHECKS = 0', ...tables].join(';\n'))
    for (const { insert, values } of rows) await connection.query(insert, values)
    // Each database has an event log of its own.
    await connection.query("UPDATE event_counter SET epoch = REPLACE(UUID(), '-', '')")
  } finally {
    await connection.end()
  }
}
