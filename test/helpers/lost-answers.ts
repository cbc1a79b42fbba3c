import type { Db } from '../../src/db/db.js'

/** Returns `db` as it is when the answer of each commit is lost: a write is committed, and then tried once more. */
export const losing = (db: Db): Db => ({
  ...db,
  async write(work) {
    await db.write((tx) => work(tx, false))
    return db.write((tx) => work(tx, true))
  },
})

/** Returns `db` as it is when each first attempt is rolled back without notice. */
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

/** The possible outcomes of a first attempt without an answer, and databases with one for every write. */
export const doubts = [
  ['was committed', losing],
  ['was rolled back', undoing],
] as const
