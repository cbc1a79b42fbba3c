import { raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { where } from './clauses.js'
import type { Listing } from './listing.js'
import { compareKeys, type Key } from './sort-and-cursor.js'
import { type KeyRange, orderOf, type Postings, rangeOf } from './sources.js'

/** Lists read by one statement. */
const LISTS = 25
const LEAST_ROWS = 8
const MOST_ROWS = 500
const GROWTH = 2

/** A posting list that is being read. */
interface List {
  postings: Postings
  fixed: Sql[]
  /** The keys read and not yet taken, the next one last. */
  buffer: Key[]
  /** The last key read. */
  last: Key | undefined
  rows: number
  isEnd: boolean
}

/** Splits postings into one list for each value of their column. */
const listsOf = (postings: Postings[], rows: number): List[] =>
  postings.flatMap((each) => {
    const { fixed, column, values } = each
    const list = (own: Sql[]): List => ({
      postings: each,
      fixed: [...fixed, ...own],
      buffer: [],
      last: undefined,
      rows,
      isEnd: false,
    })
    return column === undefined ? [list([])] : values.map((value) => list([sql`${raw(column)} = ${value}`]))
  })

interface MergeOptions extends KeyRange {
  /** How many keys are likely to be taken. */
  count: number
}

/**
 * The keys of several posting lists in one sorted sequence (a k-way merge). A list is read further when its rows are used
 * up, twice as far each time.
 */
export class MergedKeys {
  readonly #listing: Listing
  readonly #options: MergeOptions
  readonly #lists: List[]
  #last: string | undefined

  constructor(listing: Listing, postings: Postings[], options: MergeOptions) {
    const { count } = options
    this.#listing = listing
    this.#options = options
    const lists = listsOf(postings, count)
    const share = Math.ceil((GROWTH * count) / Math.max(lists.length, 1))
    const rows = Math.min(MOST_ROWS, count, Math.max(LEAST_ROWS, share))
    for (const list of lists) list.rows = lists.length === 1 ? Math.min(MOST_ROWS, count) : rows
    this.#lists = lists
  }

  /** Reads the next rows of `lists`. */
  async #read(lists: List[]): Promise<void> {
    const { db, work } = this.#listing
    const { descending, byTotal } = this.#options
    const order = orderOf(this.#options)
    const total = raw(byTotal ? 'total_price' : '0')
    const pages = lists.map(({ postings, fixed, last = this.#options.after, rows }, i) => {
      const holds = [...fixed, ...rangeOf(db.dialect, postings, { ...this.#options, after: last })]
      const page = sql`SELECT ${total} AS total_price, id FROM ${postings.from} ${where(holds)} ORDER BY ${order} LIMIT ${rows}`
      return sql`SELECT ${raw(String(i))} AS list, total_price AS total, id FROM (${page}) AS ${raw(`page${i}`)}`
    })
    const cost = lists.reduce((sum, { rows }) => sum + rows, 0) * INDEX_ROW
    const found = await work.step(cost, () =>
      db.read.$queryRaw<{ list: number | bigint; total: number | bigint; id: string }[]>(
        pages.reduce((all, one) => sql`${all} UNION ALL ${one}`),
      ),
    )
    const read = lists.map((): Key[] => [])
    for (const { list, total, id } of found) read[Number(list)]?.push(byTotal ? [Number(total), id] : [id])
    for (const [i, list] of lists.entries()) {
      // The order of a union is that of the server.
      const keys = (read[i] ?? []).sort(compareKeys)
      if (!descending) keys.reverse()
      list.isEnd = keys.length < list.rows
      list.buffer = keys
      list.last = keys[0] ?? list.last
      list.rows = Math.min(MOST_ROWS, list.rows * GROWTH)
    }
  }

  async #refill(): Promise<void> {
    const empty = this.#lists.filter(({ buffer, isEnd }) => buffer.length === 0 && !isEnd)
    for (let i = 0; i < empty.length; i += LISTS) await this.#read(empty.slice(i, i + LISTS))
  }

  /** Returns the next `count` keys, fewer only at the end. */
  async next(count: number): Promise<Key[]> {
    const { descending } = this.#options
    const keys: Key[] = []
    await this.#refill()
    while (keys.length < count) {
      let next: List | undefined
      let first: Key = []
      for (const list of this.#lists) {
        const head = list.buffer.at(-1)
        if (head && (!next || compareKeys(head, first) > 0 === descending)) {
          next = list
          first = head
        }
      }
      if (!next) break
      next.buffer.pop()
      const id = String(first.at(-1))
      if (id !== this.#last) keys.push(first)
      this.#last = id
      if (next.buffer.length === 0) await this.#refill()
    }
    return keys
  }
}
