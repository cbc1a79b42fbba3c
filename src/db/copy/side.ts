/** A value as both databases have it: a time is its milliseconds since 1970. */
export type Cell = string | number | null

export interface Column {
  name: string
  isTime: boolean
}

export interface Table {
  name: string
  /** What its rows are told apart by, and sorted by. */
  key: readonly string[]
}

/** The tables of a shop, parents before their children. */
export const TABLES: readonly Table[] = [
  { name: 'users', key: ['id'] },
  { name: 'sessions', key: ['id'] },
  { name: 'refresh_tokens', key: ['hash'] },
  { name: 'products', key: ['id'] },
  { name: 'product_terms', key: ['term', 'product_id'] },
  { name: 'stock_adjustments', key: ['id'] },
  { name: 'orders', key: ['id'] },
  { name: 'events', key: ['offset'] },
  { name: 'event_counter', key: ['id'] },
  { name: 'name_index', key: ['id'] },
]

/** Why a copy cannot be made, or is not what it should be. The message says it in a line. */
export class CopyRefused extends Error {
  override name = 'CopyRefused'
}

/** Rows of one statement, and of one transaction. */
export const PAGE_ROWS = 1_000

/** The names of `columns` as both databases read them: SQLite takes MySQL's quotes too. */
export const listed = (columns: readonly (string | Column)[]) =>
  columns.map((column) => `\`${typeof column === 'string' ? column : column.name}\``).join(', ')

/** One of the two databases of a copy: what each does in a way of its own. */
export interface CopySide {
  /** @throws CopyRefused when other processes work with the database. */
  refuseOthers(): Promise<void>
  /** All rows that a statement gives. */
  query(sql: string, ...values: Cell[]): Promise<Record<string, Cell>[]>
  /** The names of its tables. */
  tables(): Promise<string[]>
  /** The columns of a table that are written, in their order; not those that the database works out. */
  columns(table: string): Promise<Column[]>
  /** The rows of a table in the order of its key, PAGE_ROWS at a time, so that memory is bounded. */
  pages(table: Table, columns: Column[]): AsyncIterable<Cell[][]>
  /** Adds rows in one transaction. */
  insert(table: string, columns: Column[], rows: Cell[][]): Promise<void>
  /** Deletes every row of every table of a shop. */
  clear(): Promise<void>
  close(): Promise<void>
}
