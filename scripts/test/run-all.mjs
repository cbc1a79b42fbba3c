/** Runs test files with limited concurrency. */
import { totalmem } from 'node:os'
import { runFile } from './run-file.mjs'
import { startSharedProcess } from './shared-process.mjs'

const GIB = 1024 ** 3
/** A process that uses more is replaced: the modules of its files are never freed, and a new one compiles the program anew. */
const MAX_BYTES = Math.min(2 * GIB, Math.max(0.7 * GIB, totalmem() / 12))

/** Runs files in one process after the other, in each a number of files; those with a process of their own in another. */
function sharedRuns(options) {
  let current
  let files = []
  const end = async () => {
    const last = current
    current = undefined
    if (!last || (await last.end())) return undefined
    return `a process did not end after it had run ${files.join(', ')}: run them alone to find the cause`
  }
  return {
    /** Returns the outcome of `script`, the bundle of `file`. */
    async run(file, script) {
      if (!current?.usable()) {
        current = startSharedProcess(options)
        files = []
      }
      files.push(file)
      const outcome = await current.run(file, script)
      const message = current.memory() > MAX_BYTES && current.usable() && (await end())
      if (!message) return outcome
      return { ...outcome, ok: false, failures: [...outcome.failures, { path: [], message, details: {} }] }
    },
    end,
  }
}

/**
 * Runs each of `scripts` and reports its outcome when it ends.
 * @param {Map<string, string>} scripts by file name, in start order
 * @param {object} options
 * @param {number} options.jobs maximum number running concurrently
 * @param {(file: string) => 'shared' | 'own' | 'none'} options.hostOf returns whether a file runs in a process shared
 *   with others, in one of its own, or is itself the program
 * @param {(file: string, outcome: import('./test-process.mjs').Outcome) => void} options.onEnd
 * @param {AbortSignal} options.signal ends the running ones and starts no more
 */
export async function runAll(scripts, { jobs, hostOf, onEnd, env, ...options }) {
  const waiting = [...scripts]
  const work = async (slot) => {
    // The slot number gives concurrent tests separate port ranges.
    const own = { ...options, env: { ...env, TAP_JOB_ID: String(slot) } }
    const shared = sharedRuns(own)
    const alone = async (file, script) => {
      const process = startSharedProcess(own)
      const outcome = await process.run(file, script)
      await process.end()
      return outcome
    }
    const run = { shared: shared.run, own: alone, none: (_, script) => runFile(script, own) }
    let last
    for (;;) {
      const next = waiting.shift()
      if (!next || options.signal.aborted) break
      const [file, script] = next
      if (hostOf(file) === 'shared') last = file
      onEnd(file, await run[hostOf(file)](file, script))
    }
    const message = await shared.end()
    if (message)
      onEnd(last, {
        ok: false,
        passed: 0,
        skipped: 0,
        seconds: 0,
        failures: [{ path: [], message, details: {} }],
        stderr: '',
      })
  }
  await Promise.all(Array.from({ length: jobs }, (_, slot) => work(slot)))
}
