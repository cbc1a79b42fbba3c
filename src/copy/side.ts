/** A value in the format common to both databases; times are milliseconds since the Unix epoch. */
export type Cell = string | number | null

export interface Column {
  name: string
  isTime: boolean
}

export interface Table {
  name: string
  /** Primary key, which also defines the order of pages. */
  key: readonly string[]
}

/** The tables of a shop, parents before their children. */
export const TABLES: readonly Table[] = [
  { name: 'users', key: ['id'] },
  { name: 'user_terms', key: ['term', 'user_id'] },
  { name: 'api_keys', key: ['id'] },
  { name: 'totps', key: ['user_id'] },
  { name: 'recovery_codes', key: ['hash'] },
  { name: 'mfa_tokens', key: ['hash'] },
  { name: 'passkeys', key: ['id'] },
  { name: 'used_challenges', key: ['hash'] },
  { name: 'sessions', key: ['id'] },
  { name: 'refresh_tokens', key: ['hash'] },
  { name: 'mails', key: ['id'] },
  { name: 'mail_tokens', key: ['user_id', 'kind'] },
  { name: 'products', key: ['id'] },
  { name: 'product_terms', key: ['term', 'product_id'] },
  { name: 'former_names', key: ['product_id', 'name'] },
  { name: 'former_terms', key: ['term', 'product_id'] },
  { name: 'stock_adjustments', key: ['id'] },
  { name: 'checkouts', key: ['id'] },
  { name: 'orders', key: ['id'] },
  { name: 'order_changes', key: ['id'] },
  { name: 'events', key: ['offset'] },
  { name: 'audit_entries', key: ['id'] },
  { name: 'idempotency_keys', key: ['id'] },
  { name: 'webhooks', key: ['id'] },
  { name: 'webhook_attempts', key: ['id'] },
  { name: 'webhook_lease', key: ['id'] },
  { name: 'event_counter', key: ['id'] },
  { name: 'name_index', key: ['id'] },
  { name: 'shop', key: ['id'] },
]

/** Tables of derived data, not copied: the program fills them again. */
export const DERIVED_TABLES: readonly string[] = [
  'orders_by_product',
  'orders_by_total',
  'orders_by_product_total',
  'order_index',
  'sales_slots',
  'sales_days',
  'sales_progress',
]

/** A copy was refused or failed its check. The message is one line. */
export class CopyRefused extends Error {
  override name = 'CopyRefused'
}

/** Rows per statement and transaction. */
export const PAGE_ROWS = 1_000

/** Lists column names with MySQL's quotes, which SQLite accepts too. */
export const listed = (columns: readonly (string | Column)[]) =>
  columns.map((column) => `\`${typeof column === 'string' ? column : column.name}\``).join(', ')

/** Source or target of a copy: the operations specific to its database. */
export interface CopySide {
  /** @throws CopyRefused if other processes use the database */
  refuseOthers(): Promise<void>
  /** Runs a statement and returns its rows. */
  query(sql: string, ...values: Cell[]): Promise<Record<string, Cell>[]>
  /** Returns the names of its tables. */
  tables(): Promise<string[]>
  /** Returns the columns of a table in order, without generated ones. */
  columns(table: string): Promise<Column[]>
  /** Streams the rows of a table in key order, PAGE_ROWS at a time to bound memory. */
  pages(table: Table, columns: Column[]): AsyncIterable<Cell[][]>
  /** Inserts rows in one transaction. */
  insert(table: string, columns: Column[], rows: Cell[][]): Promise<void>
  /** Deletes all rows of all tables. */
  clear(): Promise<void>
  close(): Promise<void>
}
