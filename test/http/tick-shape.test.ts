import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const program = fileURLToPath(new URL('../helpers/ticks.ts', import.meta.url))

/** Returns the slowdown of a tick after a garbage collection with an empty tick queue. */
const growth = (...args: string[]) =>
  Number(execFileSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8' }))

t.test('ticks cost the same after a garbage collection with an empty tick queue', async (t) => {
  t.comment(`without the fix: ${growth()} times as much`)
  t.ok(growth('keep') < 3)
})
