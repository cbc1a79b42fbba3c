import { armed } from '../../csv/formulas.js'
import { type Delimiter, delimiterOf, readRecord } from '../../csv/read-csv.js'
import { invalidRequest } from '../../errors.js'
import { VIEWED_COLUMNS } from '../product.js'
import { type Checked, type FieldRules, IGNORED, type LineFields } from './product-line.js'

/** The columns of a product in a file, as an export writes them. */
export const COLUMNS = Object.keys(VIEWED_COLUMNS)
const NUMBERS: readonly string[] = ['price', 'stock', 'lowStockThreshold']
/** Columns with JSON in a cell. */
const JSON_TEXTS: readonly string[] = ['metadata']
const DECIMAL = /^-?\d+(\.\d+)?$/

const nameByLowerCase = new Map(COLUMNS.map((name) => [name.toLowerCase(), name]))

/** The header of a CSV file: its columns in order, and their separator. */
export interface Header {
  columns: string[]
  delimiter: Delimiter
}

/**
 * Reads the header of a CSV file. Columns may come in any order and in any case.
 * @throws Problem invalidRequest naming each unknown or repeated column
 */
export function readHeader(text: string): Header {
  const delimiter = delimiterOf(text)
  const cells = (readRecord(text, delimiter) ?? [text]).map((cell) => cell.trim())
  const names = cells.map((cell) => nameByLowerCase.get(cell.toLowerCase()))
  const faults = cells.flatMap((cell, i) => {
    const name = names[i]
    if (name === undefined)
      return [
        { path: cell || `column ${i + 1}`, message: `is not a column: these are ${COLUMNS.join(', ')}` },
      ]
    return names.indexOf(name) < i ? [{ path: name, message: 'is a column twice' }] : []
  })
  if (faults.length > 0) throw invalidRequest(faults.slice(0, COLUMNS.length))
  return { columns: names.filter((name) => name !== undefined), delimiter }
}

/** Returns the JSON value of a cell; undefined, which JSON cannot express, if it is invalid. */
function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return undefined
  }
}

/**
 * Reads a line of a CSV file. An empty cell leaves its field out.
 * @returns the fault of the line if its cells cannot be told apart; undefined for a line of empty cells alone, such as
 * spreadsheets leave at the end
 */
export function readCsvLine(text: string, header: Header, rules: FieldRules): Checked | string | undefined {
  const { columns, delimiter } = header
  const cells = readRecord(text, delimiter)
  if (!cells) return 'has quotes that do not match: a cell ends in its line, and a quote in it is doubled'
  if (cells.every((cell) => cell === '')) return undefined
  if (cells.length !== columns.length)
    return `has ${cells.length} cells, but the header has ${columns.length}`
  const values: Record<string, unknown> = {}
  const faults = columns.flatMap((path, i) => {
    const cell = cells[i] ?? ''
    if (cell === '' || IGNORED.includes(path)) return []
    if (JSON_TEXTS.includes(path)) {
      values[path] = parsed(cell)
      return values[path] === undefined ? [{ path, message: 'must be JSON, as {"color":"red"}' }] : []
    }
    if (!NUMBERS.includes(path)) values[path] = armed(cell)
    else if (DECIMAL.test(cell)) values[path] = Number(cell)
    else return [{ path, message: 'must be a number written like 1234.5' }]
    return []
  })
  const fields = values as LineFields
  return { fields, faults: [...faults, ...rules.ofLine(fields)] }
}
