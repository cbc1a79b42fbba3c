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
