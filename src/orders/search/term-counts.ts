import { LruMap } from 'toad-cache'
import type { Db } from '../../db/db.js'
import { raw, sql } from '../../db/sql.js'
import { INDEX_ROW, type Work } from '../../search/budget.js'
import { hasPrefix } from '../../search/prefix.js'
import type { TermScan } from './sources.js'

const MAX_KEPT = 1_000
const KEPT_MS = 10_000

/** Entries of a prefix, counted up to `most` plus one. */
interface Count {
  entries: number
  most: number
}

/** Numbers of entries of term indexes. They choose plans and no more, so each is kept for ten seconds. */
export class TermCounts {
  readonly #kept = new LruMap<Count>(MAX_KEPT, KEPT_MS)

  /** Returns the number of entries of `table` with a prefix, or more than `most` if there are more. */
  async count(
    db: Db,
    work: Work,
    { table, prefix }: Pick<TermScan, 'table' | 'prefix'>,
    most: number,
  ): Promise<number> {
    const key = `${table} ${prefix}`
    const kept = this.#kept.get(key)
    if (kept && (kept.entries <= kept.most || kept.most >= most)) return kept.entries
    const entries = sql`SELECT 1 AS one FROM ${raw(table)} WHERE ${hasPrefix(prefix)} LIMIT ${most + 1}`
    const [row] = await work.step(most * INDEX_ROW, () =>
      db.read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM (${entries}) AS capped`),
    )
    const count = { entries: Number(row?.n), most }
    this.#kept.set(key, count)
    return count.entries
  }
}
