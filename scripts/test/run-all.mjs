/** Runs test files with limited concurrency. */
import { runFile } from './run-file.mjs'

/**
 * Runs each of `scripts` and reports its outcome when it ends.
 * @param {Map<string, string>} scripts by file name, in start order
 * @param {object} options
 * @param {number} options.jobs maximum number running concurrently
 * @param {(file: string, outcome: import('./run-file.mjs').Outcome) => void} options.onEnd
 * @param {AbortSignal} options.signal ends the running ones and starts no more
 */
export async function runAll(scripts, { jobs, onEnd, env, ...options }) {
  const waiting = [...scripts]
  const work = async (slot) => {
    for (;;) {
      const next = waiting.shift()
      if (!next || options.signal.aborted) return
      const [file, script] = next
      // The slot number gives concurrent tests separate port ranges.
      const outcome = await runFile(script, { ...options, env: { ...env, TAP_JOB_ID: String(slot) } })
      onEnd(file, outcome)
    }
  }
  await Promise.all(Array.from({ length: jobs }, (_, slot) => work(slot)))
}
