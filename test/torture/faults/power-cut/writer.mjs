/** `node writer.mjs FILE SYNCHRONOUS ROWS`: inserts rows into a SQLite file, and prints the time of each commit. */
import Database from 'better-sqlite3'

const [file, synchronous, rows] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma(`synchronous = ${synchronous}`)
db.pragma('wal_autocheckpoint = 12') // restarts the log from time to time
db.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY, filling TEXT)')
const insert = db.prepare('INSERT INTO kept (filling) VALUES (?)')
const times = []
for (let row = 0; row < rows; row++) {
  insert.run('x'.repeat(900))
  times.push(String(process.hrtime.bigint()))
}
console.log(JSON.stringify(times))
db.close()
