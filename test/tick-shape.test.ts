import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const program = fileURLToPath(new URL('ticks.ts', import.meta.url))

/** How many times as long a tick takes once garbage was collected while none waited. */
const growth = (...args: string[]) =>
  Number(execFileSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8' }))

t.test('ticks cost the same after a garbage collection that found none', async (t) => {
  t.comment(`without what is tested here: ${growth()} times as much`)
  t.ok(growth('keep') < 3)
})
