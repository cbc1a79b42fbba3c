/** Runs one test file in a process of its own. */
import { Parser } from 'tap-parser'
import { collectFailures, endingOf, startTestProcess } from './test-process.mjs'

/**
 * Runs the test program `script`.
 * @param {string} script
 * @param {object} options
 * @param {Record<string, string | undefined>} options.env its environment
 * @param {number} options.limit seconds after which it counts as hanging; 0 for never
 * @param {AbortSignal} options.signal ends it
 * @param {(chunk: string) => void} [options.onOutput] receives its TAP output as it arrives
 * @returns {Promise<import('./test-process.mjs').Outcome>}
 */
export async function runFile(script, { env, limit, signal: abort, onOutput }) {
  const begun = performance.now()
  let started = false
  const failures = []
  const parser = new Parser()
  collectFailures(parser, failures)
  const counts = { pass: 0, skip: 0 }
  for (const kind of Object.keys(counts)) parser.on(kind, () => counts[kind]++)
  const running = startTestProcess(script, {
    env,
    signal: abort,
    onOutput(chunk) {
      started = true
      onOutput?.(chunk)
      parser.write(chunk)
    },
  })

  let expired = 0
  const timer =
    limit > 0 &&
    setTimeout(() => {
      expired = limit
      running.expire()
    }, limit * 1000)
  const { code, signal } = await running.exited
  clearTimeout(timer)

  if (started) parser.end()
  const ok = code === 0 && started && parser.ok && !expired && failures.length === 0
  if (expired || (!ok && failures.length === 0))
    failures.push({ path: [], message: endingOf({ code, signal, started, expired }), details: {} })
  return {
    ok,
    passed: counts.pass,
    skipped: counts.skip,
    seconds: (performance.now() - begun) / 1000,
    failures,
    stderr: running.takeStderr(),
  }
}
