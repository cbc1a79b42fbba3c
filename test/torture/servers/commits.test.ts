import t from 'tap'
import { CommitFinder } from './commits.js'

const packet = (payload: Buffer) => {
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  return Buffer.concat([header, payload])
}
const query = (sql: string) => packet(Buffer.from(`\x03${sql}`))

t.test('a COMMIT is found at any position, however it is split into chunks', async (t) => {
  t.equal(new CommitFinder().find(query('COMMIT')), 0)
  t.equal(new CommitFinder().find(query('SELECT 1')), undefined)
  t.equal(new CommitFinder().find(query("SELECT 'COMMIT'")), undefined)
  const before = query('UPDATE products SET stock = 1')
  t.equal(new CommitFinder().find(Buffer.concat([before, query('COMMIT')])), before.length)

  const commit = query('COMMIT')
  for (let cut = 1; cut < commit.length; cut++) {
    const finder = new CommitFinder()
    t.equal(finder.find(Buffer.concat([before, commit.subarray(0, cut)])), undefined)
    t.equal(finder.find(commit.subarray(cut)), 0)
    t.equal(finder.find(commit), 0, 'the next one too')
  }
})
