import { type FileLine, fileFault, linesOf, MAX_LINE_BYTES } from './lines.js'
import type { Checked, FieldRules, ProductLine } from './product-line.js'
import { type Header, readCsvLine, readHeader } from './read-csv-line.js'
import { readJsonLine } from './read-json-line.js'

export type FileFormat = 'csv' | 'ndjson'

/** A line as read: its fields, or why they cannot be told apart. */
export type ReadLine = ProductLine | { line: number; unreadable: string }

const ENCODING = 'is not in UTF-8 but, perhaps, in Latin-1 or Windows-1252: save it in UTF-8'
const LENGTH = `is longer than ${MAX_LINE_BYTES / 1024} KiB`

function headerOf({ text, fault }: FileLine): Header {
  if (fault === 'encoding') throw fileFault(ENCODING)
  if (fault === 'length') throw fileFault(`${LENGTH}: it must name the columns`, 'line 1')
  return readHeader(text)
}

/**
 * Reads the products of a file, line by line, in groups as they arrive. Blank lines are passed over.
 * @param mayRefuse whether a wrong encoding refuses the file; otherwise it is a fault of its line
 * @throws Problem as `linesOf`; invalidRequest for a header with other columns, or a file in another encoding
 */
export async function* readProducts(
  file: AsyncIterable<Buffer>,
  { format, rules, mayRefuse }: { format: FileFormat; rules: FieldRules; mayRefuse(): boolean },
): AsyncGenerator<ReadLine[]> {
  let header: Header | undefined
  const read = (text: string): Checked | string | undefined =>
    header ? readCsvLine(text, header, rules) : readJsonLine(text, rules)

  for await (const lines of linesOf(file)) {
    const group: ReadLine[] = []
    for (const one of lines) {
      const { line, text, fault } = one
      const wrong = (unreadable: string) => group.push({ line, unreadable })
      if (format === 'csv' && !header) header = headerOf(one)
      else if (fault === 'encoding') {
        if (mayRefuse()) throw fileFault(`${ENCODING} (line ${line})`)
        wrong(ENCODING)
      } else if (fault === 'length') wrong(LENGTH)
      else if (text.trim() !== '') {
        const checked = read(text)
        if (typeof checked === 'string') wrong(checked)
        else if (checked) group.push({ line, ...checked })
      }
    }
    yield group
  }
}
