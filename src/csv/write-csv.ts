import Papa from 'papaparse'
import { defused } from './formulas.js'

/** An object becomes JSON. */
export type Cell = string | number | object | null

// A spreadsheet that separates cells otherwise must not find a further cell in one of these.
const SEPARATORS = /[;\t]/

const textOf = (cell: Cell) => (typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : cell)

const shown = (cell: string | number | null) => (typeof cell === 'string' ? defused(cell) : cell)

/**
 * Formats rows as CSV (RFC 4180), each ending in CRLF. Texts that begin like a formula get an apostrophe in front; numbers
 * stay numbers, and null is an empty cell.
 */
export function writeCsv(rows: Cell[][]): string {
  if (rows.length === 0) return ''
  const quotes = (cell: unknown) => typeof cell === 'string' && SEPARATORS.test(cell)
  return `${Papa.unparse(
    rows.map((row) => row.map((cell) => shown(textOf(cell)))),
    { newline: '\r\n', quotes },
  )}\r\n`
}
