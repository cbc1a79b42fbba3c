/** When lists of products are looked up in which way: numbers of rows. */
export interface ListLimits {
  /** A list is started from a restriction that so many products pass at most; then they are sorted. */
  few: number
  /** Otherwise the index of its order is walked, and each row asked, over so many rows at most. */
  walked: number
  /** Where that was in vain, restrictions are told apart by size up to this. */
  many: number
  /** A page that comes after more rows than this is looked for along an index alone. */
  deep: number
  /** How many products of a term are passed over to see how far apart they lie. */
  sample: number
}

/** Settled by timing searches in a million products (SQLite, a page cache of 64 MiB). */
export const standardLimits: ListLimits = {
  few: 5_000,
  walked: 4_000,
  many: 100_000,
  deep: 1_000,
  sample: 500,
}
