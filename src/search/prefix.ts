import { type Sql, sql } from '../db/sql.js'

/** Appended to a prefix, sorts after every term with that prefix: no letter has this code point. */
export const LAST_CODE_POINT = '\u{10FFFF}'

/** Returns the predicate for rows of a term index whose column `term` has the prefix `word`. */
export const hasPrefix = (word: string): Sql => sql`term >= ${word} AND term < ${word + LAST_CODE_POINT}`
