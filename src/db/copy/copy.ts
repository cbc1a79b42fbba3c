import { createHash, type Hash } from 'node:crypto'
import type { Waiting } from '../types.js'
import { auditCopy } from './audit.js'
import { openSource, openTarget, release } from './claim.js'
import { type Cell, type Column, CopyRefused, type CopySide, TABLES, type Table } from './side.js'

export interface CopyOptions extends Waiting {
  /** The shop, `file:…` or `mysql://…`, which nothing else works with. */
  from: string
  /** Where to: an empty database, or one in which an earlier copy was interrupted. */
  to: string
  /** Hears how far it is: rows of `total` that were copied or compared, and what is being done. */
  onProgress?(done: number, total: number, doing: string): void
}

export interface Copied {
  /** How many rows each table has, on both sides. */
  rows: Record<string, number>
  /** What is wrong with the books, in words: on both sides the same, and nothing as a rule. */
  faults: string[]
}

const addTo = (digest: Hash, rows: Cell[][]) => {
  for (const row of rows) digest.update(JSON.stringify(row))
}

/** What a table holds: how many rows, and a digest of them all in the order of their key. */
interface Contents {
  rows: number
  digest: string
}

/** Copies a table page by page: while one is written, the next is read. */
async function copyTable(
  sides: { source: CopySide; target: CopySide },
  table: Table,
  columns: Column[],
  onRows: (rows: number) => void,
): Promise<Contents> {
  const digest = createHash('sha256')
  let rows = 0
  let writing = Promise.resolve()
  for await (const page of sides.source.pages(table, columns)) {
    addTo(digest, page)
    await writing
    writing = sides.target.insert(table.name, columns, page)
    writing.catch(() => {}) // awaited a page later
    rows += page.length
    onRows(page.length)
  }
  await writing
  return { rows, digest: digest.digest('hex') }
}

async function readTable(
  side: CopySide,
  table: Table,
  columns: Column[],
  onRows: (rows: number) => void,
): Promise<Contents> {
  const digest = createHash('sha256')
  let rows = 0
  for await (const page of side.pages(table, columns)) {
    addTo(digest, page)
    rows += page.length
    onRows(page.length)
  }
  return { rows, digest: digest.digest('hex') }
}

async function countRows(side: CopySide): Promise<number> {
  let total = 0
  for (const { name } of TABLES) {
    const [row] = await side.query(`SELECT COUNT(*) AS n FROM ${name}`)
    total += Number(row?.n)
  }
  return total
}

/** Copies every table from one open side to the other, and compares what has come with what was sent. */
async function copyAll(source: CopySide, target: CopySide, options: CopyOptions): Promise<Copied> {
  const total = 2 * (await countRows(source))
  const rows: Record<string, number> = {}
  let done = 0
  const telling = (doing: string) => (more: number) => {
    done += more
    options.onProgress?.(done, total, doing)
  }
  await target.clear()
  for (const table of TABLES) {
    const { name } = table
    const columns = await source.columns(name)
    const sent = await copyTable({ source, target }, table, columns, telling(`copying ${name}`))
    const come = await readTable(target, table, columns, telling(`comparing ${name}`))
    if (sent.rows !== come.rows) throw new CopyRefused(`${come.rows} of ${sent.rows} ${name} have come`)
    if (sent.digest !== come.digest)
      throw new CopyRefused(`the ${name} that have come differ from those sent`)
    rows[name] = sent.rows
  }
  const [faults, there] = [await auditCopy(source), await auditCopy(target)]
  if (faults.join() !== there.join())
    throw new CopyRefused(`the books of the copy differ: ${there.join('; ')}`)
  return { rows, faults }
}

/**
 * Moves a shop into another database, with all that it has: sign-ins stay good, and whoever follows the log goes on
 * where they are. The rows that have come are compared with those that were sent. Until all is well the target is
 * marked as half copied: no server starts on it, and copying again begins anew.
 * @throws CopyRefused, MigrationMismatch or DatabaseUnusable, with a message of one line.
 */
export async function copyShop(options: CopyOptions): Promise<Copied> {
  const source = await openSource(options.from)
  try {
    const target = await openTarget(options.to, options)
    try {
      const copied = await copyAll(source, target, options)
      await release(target)
      return copied
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
