import { createHash } from 'node:crypto'
import { invalidRequest } from '../../errors.js'
import { isId } from '../../ids.js'

/** The sort orders. Ids ascend with the time of creation; ties of totals are broken by id, in the same direction. */
export const orderSorts = ['createdAt', '-createdAt', 'totalPrice', '-totalPrice'] as const
export type OrderSort = (typeof orderSorts)[number]

/** The position of an order in a list: its id, after its total in minor units if the list is sorted by that. */
export type Key = (string | number)[]

export const isDescending = (sort: OrderSort) => sort.startsWith('-')
export const isByTotal = (sort: OrderSort) => sort.endsWith('totalPrice')

/** Returns the columns of a key. */
export const keyColumns = (sort: OrderSort): string[] =>
  isByTotal(sort) ? ['orders.total_price', 'orders.id'] : ['orders.id']

/** Compares two keys of the same columns in ascending order. */
export function compareKeys(a: Key, b: Key): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? ''
    if (value !== other) return value < other ? -1 : 1
  }
  return 0
}

interface Sorted {
  id: string
  totalPrice: number | bigint
}

export const keyOf = (sort: OrderSort, { id, totalPrice }: Sorted): Key =>
  isByTotal(sort) ? [Number(totalPrice), id] : [id]

/** Compares two orders in list order: negative if `a` comes first. */
export function compareOrders(sort: OrderSort, a: Sorted, b: Sorted): number {
  const byTotal = isByTotal(sort) ? Number(a.totalPrice) - Number(b.totalPrice) : 0
  const ascending = byTotal !== 0 ? byTotal : a.id < b.id ? -1 : a.id > b.id ? 1 : 0
  return isDescending(sort) ? -ascending : ascending
}

const FINGERPRINT_LENGTH = 11

/** Returns a short digest of the filters of a list, for its cursors. */
export function fingerprintOf(search: object): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined)
  const text = JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(text).digest('base64url').slice(0, FINGERPRINT_LENGTH)
}

/** Encodes the opaque cursor for resuming after the order with `key`. */
export const encodeCursor = (sort: OrderSort, fingerprint: string, key: Key): string =>
  Buffer.from(JSON.stringify([sort, fingerprint, ...key])).toString('base64url')

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/**
 * Decodes a cursor.
 * @throws Problem invalid-request for a malformed cursor, or one of a list with another sort order or filter
 */
export function decodeCursor(sort: OrderSort, fingerprint: string, cursor: string): Key {
  const [order, digest, ...key] = parse(cursor)
  const [id, total, ...rest] = key.toReversed()
  const isTotal = isByTotal(sort) ? Number.isSafeInteger(total) : total === undefined
  if (
    order !== sort ||
    digest !== fingerprint ||
    rest.length > 0 ||
    !isTotal ||
    typeof id !== 'string' ||
    !isId(id)
  )
    throw invalidRequest([
      { path: 'cursor', message: 'is not a cursor of a list with these parameters in this order' },
    ])
  return isByTotal(sort) ? [Number(total), id] : [id]
}
