import { invalidRequest } from '../../errors.js'
import { isId } from '../../ids.js'

/** The columns a list can be sorted by. */
export interface SortRow {
  id: string
  price: number
  nameSort: string
}

interface Sort {
  /** The sort column. Undefined for ids, which ascend with creation time. */
  column: 'price' | 'name_sort' | undefined
  descending: boolean
  valueOf(row: SortRow): string | number | undefined
  isValue(value: unknown): boolean
}

const byName = {
  column: 'name_sort',
  valueOf: (row: SortRow) => row.nameSort,
  isValue: (value: unknown) => typeof value === 'string',
} as const

const byPrice = {
  column: 'price',
  valueOf: (row: SortRow) => row.price,
  isValue: Number.isSafeInteger,
} as const

const byTime = {
  column: undefined,
  valueOf: () => undefined,
  isValue: (value: unknown) => value === undefined,
} as const

/** The sort orders. Ties are broken by id, in the same direction. */
export const sorts = {
  name: { ...byName, descending: false },
  '-name': { ...byName, descending: true },
  price: { ...byPrice, descending: false },
  '-price': { ...byPrice, descending: true },
  createdAt: { ...byTime, descending: false },
  '-createdAt': { ...byTime, descending: true },
} as const satisfies Record<string, Sort>

export type SortName = keyof typeof sorts
export const sortNames = Object.keys(sorts) as SortName[]

/** The position of a row in a list: the values of `keyColumns`. */
export type Key = (string | number)[]

/** Returns the sort columns of a list, the id last. */
export const keyColumns = (name: SortName): string[] =>
  [sorts[name].column, 'id'].flatMap((column) => (column === undefined ? [] : `products.${column}`))

export const sortKeyOf = (name: SortName, row: SortRow): Key =>
  [sorts[name].valueOf(row), row.id].filter((value) => value !== undefined)

/**
 * Compares by code point, as both databases do. JavaScript compares UTF-16 units, which puts U+1F600 before
 * U+FF21.
 */
function compareText(a: string, b: string): number {
  let i = 0
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1)
}

/** Compares two rows in list order: negative if `a` comes first. */
export function compareRows(name: SortName, a: SortRow, b: SortRow): number {
  const { column, descending } = sorts[name]
  const first = column === 'price' ? a.price - b.price : column ? compareText(a.nameSort, b.nameSort) : 0
  const ascending = first === 0 ? compareText(a.id, b.id) : first
  return descending ? -ascending : ascending
}

/** Encodes the opaque cursor for resuming after the row with `key`. */
export const encodeCursor = (name: SortName, key: Key): string =>
  Buffer.from(JSON.stringify([name, ...key])).toString('base64url')

/**
 * Decodes a cursor.
 * @throws Problem invalidRequest for a malformed cursor, or one of another sort order.
 */
export function decodeCursor(name: SortName, cursor: string): Key {
  const [sort, ...key] = parse(cursor)
  const [id, value, ...rest] = key.toReversed()
  if (sort !== name || typeof id !== 'string' || !isId(id) || !sorts[name].isValue(value) || rest.length > 0)
    throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of a list in this order' }])
  return key as Key
}

function parse(cursor: string): unknown[] {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
