import type { Database, Statement } from 'better-sqlite3'
import { LruMap } from 'toad-cache'
import type { Reader } from '../db.js'
import { Sql } from '../sql.js'

const MAX_STATEMENTS = 500

type RawReads = Pick<Reader, '$queryRaw' | '$queryRawUnsafe'>
type Row = Record<string, unknown>
type Convert = (value: unknown) => unknown

const isInteger = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value)
const asBigInt: Convert = (value) => (isInteger(value) ? BigInt(value) : value)

/** From the driver's values to Prisma's, by the declared type of a column; the others are the same. */
const CONVERTED: Record<string, Convert | undefined> = {
  BIGINT: asBigInt,
  BOOLEAN: (value) => (value === null ? null : value !== 0),
  DATETIME: (value) => (typeof value === 'number' ? new Date(value) : value),
}

/** From Prisma's parameters to the driver's. */
function parameterOf(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Date ? value.getTime() : value
}

/** A prepared statement, and the columns whose values are converted. */
interface Prepared {
  statement: Statement<unknown[], Row>
  converted: [name: string, convert: Convert][] | undefined
}

/** Expressions have no declared type: Prisma returns their integers as BigInts. */
const convertedBy = (statement: Statement<unknown[], Row>) =>
  statement.columns().flatMap(({ name, type }): [string, Convert][] => {
    const convert = type === null ? asBigInt : CONVERTED[type]
    return convert ? [[name, convert]] : []
  })

/**
 * Raw queries of Prisma's client, sent to the driver directly, with the same types of values. Prisma takes ten times as
 * long as SQLite for a statement that reads a row from an index, and a search consists of dozens of them.
 * @param database a connection on which no transaction is ever open
 * @returns the methods; they throw SqliteError
 */
export function createDirectReads(database: Database): RawReads {
  const prepare = database.prepare.bind(database)
  const cache = new LruMap<Prepared>(MAX_STATEMENTS)

  function query(text: string, values: unknown[]): Row[] {
    let prepared = cache.get(text)
    if (!prepared) {
      prepared = { statement: prepare<unknown[], Row>(text).safeIntegers(false), converted: undefined }
      cache.set(text, prepared)
    }
    const rows = prepared.statement.all(...values.map(parameterOf))
    // Asked after the first execution, which notices changes of the schema.
    prepared.converted ??= convertedBy(prepared.statement)
    for (const [name, convert] of prepared.converted) for (const row of rows) row[name] = convert(row[name])
    return rows
  }

  const $queryRaw = async (text: TemplateStringsArray | Sql, ...values: unknown[]) => {
    const statement = text instanceof Sql ? text : new Sql([...text], values)
    return query(statement.sql, statement.values)
  }
  const $queryRawUnsafe = async (text: string, ...values: unknown[]) => query(text, values)
  return { $queryRaw, $queryRawUnsafe } as unknown as RawReads
}
