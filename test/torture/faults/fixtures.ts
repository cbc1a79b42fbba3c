import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

/** Creates a folder that is removed with the test, in memory if possible, where a sync costs nothing. */
export function memoryFolder(t: Test): string {
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(realpathSync(place), 'faults-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
/**
 * Returns tap's `skip` option for tests that need tools, and prints a warning if they are skipped.
 * @param missing the reason to skip the tests; undefined if the tools are available
 * @throws Error if tools are missing and REQUIRE_SERVICES=1
 */
export function skipIfMissing(missing: string | undefined): string | false {
  if (missing === undefined) return false
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(missing)
  console.error(`\n  !!! Skipped: ${missing} !!!\n`)
  return missing
}

/**
 * Starts inserter.mjs on `file`.
 * @returns `next`, which waits for an outcome satisfying `wanted` and returns its time by the clock of the inserter
 */
export function startInserter(t: Test, file: string, env: Record<string, string>) {
  const script = fileURLToPath(new URL('inserter.mjs', import.meta.url))
  const child = spawn('env', ['NODE_OPTIONS=', process.execPath, script, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async next(wanted: (outcome: string, time: number) => boolean): Promise<number> {
      for (;;) {
        const { value, done } = await lines.next()
        if (done) throw new Error('the inserter ended')
        const [time, outcome] = String(value).split(' ')
        if (outcome !== undefined && wanted(outcome, Number(time))) return Number(time)
      }
    },
  }
}
