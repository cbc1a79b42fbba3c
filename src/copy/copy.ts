import { createHash, type Hash } from 'node:crypto'
import { auditShop } from '../db/audit.js'
import type { ServerWait } from '../db/db.js'
import { openSource, openTarget, release } from './claim.js'
import { type Cell, type Column, CopyRefused, type CopySide, TABLES, type Table } from './side.js'

export interface CopyOptions extends ServerWait {
  /** Source URL, `file:…` or `mysql://…`; no other process may use it. */
  from: string
  /** Target URL: an empty database, or one with an interrupted copy. */
  to: string
  /** Called with the rows copied or compared so far, their total, and the current step. */
  onProgress?(done: number, total: number, doing: string): void
}

export interface Copied {
  /** Number of rows by table. */
  rows: Record<string, number>
  /** Inconsistencies of stock and log, in words, the same on both sides; normally empty. */
  faults: string[]
}

const addTo = (digest: Hash, rows: Cell[][]) => {
  for (const row of rows) digest.update(JSON.stringify(row))
}

/** Number of rows of a table, and their digest in key order. */
interface Contents {
  rows: number
  digest: string
}

/** Copies a table page by page, reading the next page while one is written. */
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
    writing.catch(() => {}) // awaited with the next page
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

/** Copies every table, and compares the rows received with those sent. */
async function copyAll(source: CopySide, target: CopySide, options: CopyOptions): Promise<Copied> {
  const total = 2 * (await countRows(source))
  const rows: Record<string, number> = {}
  let done = 0
  const progress = (step: string) => (rows: number) => {
    done += rows
    options.onProgress?.(done, total, step)
  }
  await target.clear()
  for (const table of TABLES) {
    const { name } = table
    const columns = await source.columns(name)
    const sent = await copyTable({ source, target }, table, columns, progress(`copying ${name}`))
    const received = await readTable(target, table, columns, progress(`comparing ${name}`))
    if (sent.rows !== received.rows)
      throw new CopyRefused(`only ${received.rows} of ${sent.rows} ${name} were received`)
    if (sent.digest !== received.digest) throw new CopyRefused(`the ${name} received differ from those sent`)
    rows[name] = sent.rows
  }
  const [faults, targetFaults] = [await auditShop(source.query), await auditShop(target.query)]
  if (faults.join() !== targetFaults.join())
    throw new CopyRefused(`the books of the copy differ: ${targetFaults.join('; ')}`)
  return { rows, faults }
}

/**
 * Copies a whole shop into another database: sessions stay valid, and clients of the event log resume where they were.
 * The rows received are compared with those sent. Until that succeeds the target is marked as half copied: no server
 * starts on it, and another copy starts over.
 * @throws CopyRefused, MigrationMismatch or DatabaseUnusable, with a one-line message
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
