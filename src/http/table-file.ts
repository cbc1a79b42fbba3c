import { Readable } from 'node:stream'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Cell, writeCsv } from '../csv/write-csv.js'
import { pacing } from './paced.js'
import { stringEnum } from './schema.js'

const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const

export type FileFormat = keyof typeof TYPES

/** The parameter for the format of a file. */
export const Format = stringEnum(['csv', 'ndjson'], {
  default: 'csv',
  description: 'CSV with a header (RFC 4180), or one JSON object a line',
})

/** The response with a file. @param csv its first lines in CSV @param row one of its rows */
export const fileResponse = (description: string, csv: string, row: object) => ({
  description,
  headers: { 'Content-Disposition': Type.String({ description: 'A name for the file' }) },
  content: {
    'text/csv': { schema: Type.Unsafe<Readable>(Type.String({ examples: [csv] })) },
    'application/x-ndjson': {
      schema: Type.Unsafe<Readable>(Type.String({ examples: [`${JSON.stringify(row)}\n`] })),
    },
  },
})

const cellsOf = <Row extends { [K in keyof Row]: Cell }>(row: Row, columns: readonly (keyof Row)[]) =>
  columns.map((column): Cell => row[column])

/** Formats a page of rows. */
function format<Row extends { [K in keyof Row]: Cell }>(
  rows: Row[],
  columns: readonly (keyof Row)[],
  as: FileFormat,
) {
  if (as === 'csv') return writeCsv(rows.map((row) => cellsOf(row, columns)))
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Yields the text of a file of rows, page by page. @param first a page read before */
export async function* fileTexts<Row extends { [K in keyof Row]: Cell }>(
  pages: AsyncIterator<Row[]>,
  columns: readonly Extract<keyof Row, string>[],
  as: FileFormat,
  first: Row[] = [],
) {
  const paced = pacing()
  const nextText = () =>
    paced(async () => {
      const { done, value } = await pages.next()
      return done ? undefined : format(value, columns, as)
    })
  try {
    if (as === 'csv') yield writeCsv([[...columns]])
    for (
      let text: string | undefined = format(first, columns, as);
      text !== undefined;
      text = await nextText()
    )
      if (text !== '') yield text
  } finally {
    await pages.return?.()
  }
}

/**
 * Returns the answer with a file of rows, which sends a page at a time as the client reads: a stalled one holds two pages, until the deadline of
 * its connection. A failure of the first page is a problem; a later one breaks the answer off.
 * @param name of the file, without date and ending
 */
export async function fileOf<Row extends { [K in keyof Row]: Cell }>(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    name,
    format: as,
    columns,
    pages,
  }: {
    name: string
    format: FileFormat
    columns: readonly Extract<keyof Row, string>[]
    pages: AsyncIterator<Row[]>
  },
): Promise<Readable> {
  const { value: first = [] }: { value: Row[] } = await pages.next()
  const date = new Date().toISOString().slice(0, 10)
  reply
    .type(TYPES[as])
    .header('content-disposition', `attachment; filename="${name}-${date}.${as}"`)
    .header('cache-control', 'no-store')
  if (request.method === 'HEAD') return Readable.from([])
  // One page ahead of the client.
  return Readable.from(fileTexts(pages, columns, as, first), { highWaterMark: 1 })
}
