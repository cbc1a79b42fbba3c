import { raw, type Sql, sql } from '../../db/sql.js'
import { idBoundAt, timeOfId } from '../../ids.js'
import type { OrderConditions } from './filter.js'

/** Bounds of ids: at least `least`, below `below`. */
export interface IdRange {
  least?: string | undefined
  below?: string | undefined
}

/**
 * How far the time of an id may be from the order's `createdAt`, or from that of its checkout's id: all are taken in one
 * transaction, but an earlier version drew ids when the order was queued.
 */
const SKEW_MS = 60_000

/** Returns the bounds of the ids of orders created within the times of a filter. */
export const idsWithin = ({ from, to }: OrderConditions): IdRange => ({
  least: from === undefined ? undefined : idBoundAt(Math.max(0, from - SKEW_MS)),
  below: to === undefined ? undefined : idBoundAt(Math.max(0, to + SKEW_MS)),
})

/** Returns the bounds of the ids of orders whose checkout has an id with a prefix. */
export function idsOfCheckouts(prefix: string): IdRange {
  const time = (digit: string) =>
    timeOfId(prefix + '00000000-0000'.replaceAll('0', digit).slice(prefix.length))
  return { least: idBoundAt(Math.max(0, time('0') - SKEW_MS)), below: idBoundAt(time('f') + 1 + SKEW_MS) }
}

/** Returns the ids in both ranges. */
export const intersect = (a: IdRange, b: IdRange): IdRange => ({
  least: (a.least ?? '') > (b.least ?? '') ? a.least : b.least,
  below: (a.below ?? '~') < (b.below ?? '~') ? a.below : b.below,
})

/** Returns the conditions of a range of ids. */
export const within = (column: string, { least, below }: IdRange): Sql[] => [
  ...(least === undefined ? [] : [sql`${raw(column)} >= ${least}`]),
  ...(below === undefined ? [] : [sql`${raw(column)} < ${below}`]),
]
