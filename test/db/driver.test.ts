import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import t from 'tap'

const require = createRequire(import.meta.url)

/** Makes statements by the thousand and lets go of them, in the middle of asynchronous work too, and then ends. */
const script = `
  const Database = require(process.argv[1])
  const db = new Database(':memory:')
  async function work() {
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 200; i++) db.prepare('SELECT ' + i).all()
      await new Promise(setImmediate)
      gc({ type: round % 2 ? 'minor' : 'major', execution: round % 3 ? 'sync' : 'async' })
    }
    console.log(db.prepare('SELECT 7 AS n').get().n)
  }
  work()
`

t.test('statements that are garbage collected do not end the process', async (t) => {
  const driver = require.resolve('better-sqlite3')
  for (let turn = 0; turn < 3; turn++) {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '-e', script, driver],
      { encoding: 'utf8' },
    )
    t.match({ status, signal, stdout }, { status: 0, signal: null, stdout: '7\n' }, stderr)
  }
})
