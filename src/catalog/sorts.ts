import { invalidRequest } from '../errors.js'
import { isId } from '../ids.js'

/** The columns of a product that lists are in order of. */
export interface SortRow {
  id: string
  price: number
  nameSort: string
}

interface Sort {
  /** The column; none for the ids themselves, which ascend with the time of creation. */
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

/** Every order that a list may have. Products that tie are in the order of their ids, in the same direction. */
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

/** Where in a list a row stands: the values of `keyColumns`. */
export type Key = (string | number)[]

/** The columns that a list is in order of, the id last. */
export const keyColumns = (name: SortName): string[] =>
  [sorts[name].column, 'id'].flatMap((column) => (column === undefined ? [] : `products.${column}`))

export const keyOf = (name: SortName, row: SortRow): Key =>
  [sorts[name].valueOf(row), row.id].filter((value) => value !== undefined)

/** Compares by code point, as both databases do; JavaScript's own order is that of UTF-16, in which U+1F600 is before U+FF21. */
function compareText(a: string, b: string): number {
  let i = 0
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1)
}

/** Compares two rows as the list does: below 0 where `a` comes first. */
export function compareRows(name: SortName, a: SortRow, b: SortRow): number {
  const { column, descending } = sorts[name]
  const first = column === 'price' ? a.price - b.price : column ? compareText(a.nameSort, b.nameSort) : 0
  const ascending = first === 0 ? compareText(a.id, b.id) : first
  return descending ? -ascending : ascending
}

/** What a client hands back to go on after the row with `key`. It is opaque to them. */
export const encodeCursor = (name: SortName, key: Key): string =>
  Buffer.from(JSON.stringify([name, ...key])).toString('base64url')

/** @throws Problem invalidRequest for what is no cursor, or one of a list in another order. */
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
