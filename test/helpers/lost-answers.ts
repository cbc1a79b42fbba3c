import type { Db } from '../../src/db/db.js'

/** Returns `db` as it is when the answer of each commit is lost: a write is committed, and then tried once more. */
export const losing = (db: Db): Db => ({
  ...db,
  async write(work) {
    await db.write((tx) => work(tx, false))
    return db.write((tx) => work(tx, true))
  },
})
