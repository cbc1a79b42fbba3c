/**
 * `node inserter.mjs FILE`: keeps inserting rows into a SQLite file, opened with the same settings as in Stockroom. Prints the
 * time, followed by `stored` or an error code.
 */
import Database from 'better-sqlite3'

const db = new Database(process.argv[2])
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY, filling TEXT)')
const insert = db.prepare('INSERT INTO kept (filling) VALUES (?)')
setInterval(() => {
  let outcome = 'stored'
  try {
    insert.run('x'.repeat(5_000))
  } catch (error) {
    outcome = error.code
  }
  console.log(`${Date.now()} ${outcome}`)
}, 5)
