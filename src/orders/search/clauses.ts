import { empty, join, raw, type Sql, sql } from '../../db/sql.js'

export const isIn = (column: string, values: readonly string[]): Sql =>
  values.length === 1
    ? sql`${raw(column)} = ${values[0]}`
    : values.length === 0
      ? sql`1 = 0`
      : sql`${raw(column)} IN (${join([...values])})`

const joined = (conditions: Sql[], by: string): Sql =>
  conditions.reduce((all, one) => sql`${all} ${raw(by)} ${one}`)

export const allOf = (conditions: Sql[]): Sql => joined(conditions, 'AND')

export const anyOf = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? sql`1 = 0` : sql`(${joined(conditions, 'OR')})`

export const where = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? empty : sql`WHERE ${join(conditions, ' AND ')}`
