import type { Db } from '../../src/db/db.js'

/** Returns `db` as it is when the answer of each commit is lost: a write is committed, and then tried once more. */
export const losing = (db: Db): Db => ({
  ...db,
  async write(work) {
    await db.write((tx) => work(tx, false))
    return db.write((tx) => work(tx, true))
  },
})

/** Returns `db` as it is when each first attempt is rolled back, but nobody can tell that it was. */
const undoing = (db: Db): Db => ({
  ...db,
  async write(work) {
    const undone = new Error('the transaction is rolled back')
    await db
      .write(async (tx) => {
        await work(tx, false)
        throw undone
      })
      .catch((error) => {
        if (error !== undone) throw error
      })
    return db.write((tx) => work(tx, true))
  },
})

/** What may have become of a first attempt whose answer is lost, and databases where that happens to every write. */
export const doubts = [
  ['was committed', losing],
  ['was rolled back', undoing],
] as const
