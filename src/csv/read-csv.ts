import Papa from 'papaparse'

export type Delimiter = ',' | ';' | '\t'

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t']

/** Returns the delimiter of a file by its first line, which holds names of columns alone: the most frequent one. */
export function delimiterOf(header: string): Delimiter {
  const count = (delimiter: Delimiter) => header.split(delimiter).length
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
}

/**
 * Returns the cells of a record (RFC 4180) in one line.
 * @returns undefined if its quotes do not match, as where a cell continues in the next line
 */
export function readRecord(line: string, delimiter: Delimiter): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter)
  const { data, errors } = Papa.parse<string[]>(line, { delimiter, newline: '\n' })
  return errors.length > 0 ? undefined : (data[0] ?? [])
}
