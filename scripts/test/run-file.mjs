/** Runs one test file in a child process and parses its output in the Test Anything Protocol (TAP). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Parser } from 'tap-parser'

const MAX_STDERR_BYTES = 64 * 1024
// Time for a test told to end to report where it hangs, and for leftover processes to close its pipes.
const GRACE_MS = 30_000
const grouped = process.platform !== 'win32'

/**
 * @typedef {object} Failure
 * @property {string[]} path names of the test and its ancestors, outermost first; empty for the file itself
 * @property {string} message the failed assertion
 * @property {Record<string, any>} details TAP diagnostics: `at`, `diff`, `stack`
 */

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {number} passed passed assertions
 * @property {number} skipped skipped tests and assertions
 * @property {number} seconds
 * @property {Failure[]} failures
 * @property {string} stderr the end of it
 */

const pathOf = (parser) => (parser.parent ? [...pathOf(parser.parent), parser.name] : [])

/** Collects failures at every depth. A test that fails because of its subtests is reported only through them. */
function watch(parser, failures) {
  parser.on('child', (child) => watch(child, failures))
  parser.on('assert', ({ ok, skip, todo, name, diag }) => {
    if (ok || skip || todo) return
    const path = pathOf(parser)
    const within = (failure) => [...path, name].every((part, i) => failure.path[i] === part)
    if (failures.some(within)) return
    // A failure of the test itself (it threw, or never ended) belongs to the test.
    failures.push({ path, message: name, details: diag ?? {} })
  })
  parser.on('complete', (results) => {
    for (const { tapError } of results.failures)
      if (tapError) failures.push({ path: pathOf(parser), message: tapError, details: {} })
  })
}

/** Explains why a file failed although none of its tests did. */
function ending({ code, signal, started, expired }) {
  if (expired) return `it did not end within ${expired} seconds`
  if (signal) return `it was ended by ${signal}`
  if (!started) return `it ended with status ${code} before its first test`
  return `it ended with status ${code} although no test failed`
}

/**
 * Runs the test program `script`.
 * @param {string} script
 * @param {object} options
 * @param {Record<string, string | undefined>} options.env its environment
 * @param {number} options.limit seconds after which it counts as hanging; 0 for never
 * @param {AbortSignal} options.signal ends it
 * @param {(chunk: string) => void} [options.onOutput] receives its TAP output as it arrives
 * @returns {Promise<Outcome>}
 */
export async function runFile(script, { env, limit, signal: abort, onOutput }) {
  const begun = performance.now()
  const child = spawn(process.execPath, ['--enable-source-maps', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, killed with all its child processes.
    detached: grouped,
    // No limit within the file: on a busy machine it would expire, and it locates a hang no better than the limit
    // here.
    env: { ...env, TAP: '1', TAP_TIMEOUT: '0' },
  })
  const end = (signal) => {
    try {
      process.kill(grouped ? -child.pid : child.pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error // all have exited
    }
  }
  const interrupt = () => end('SIGKILL')
  abort.addEventListener('abort', interrupt)

  let expired = 0
  let last
  const timer =
    limit > 0 &&
    setTimeout(() => {
      expired = limit
      child.kill('SIGALRM') // makes tap report the running test and its pending handles
      last = setTimeout(interrupt, GRACE_MS)
    }, limit * 1000)

  let started = false
  let stderr = ''
  const failures = []
  const parser = new Parser()
  watch(parser, failures)
  const counts = { pass: 0, skip: 0 }
  for (const kind of Object.keys(counts)) parser.on(kind, () => counts[kind]++)
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    started = true
    onOutput?.(chunk)
    parser.write(chunk)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-MAX_STDERR_BYTES)
  })

  const closed = once(child, 'close')
  const [code, signal] = await once(child, 'exit')
  clearTimeout(timer)
  clearTimeout(last)
  abort.removeEventListener('abort', interrupt)
  interrupt()
  // Processes outside the group may hold the pipes open.
  const leave = setTimeout(() => {
    child.stdout.destroy()
    child.stderr.destroy()
  }, GRACE_MS)
  await closed
  clearTimeout(leave)

  if (started) parser.end()
  const ok = code === 0 && started && parser.ok && !expired && failures.length === 0
  if (expired || (!ok && failures.length === 0))
    failures.push({ path: [], message: ending({ code, signal, started, expired }), details: {} })
  return {
    ok,
    passed: counts.pass,
    skipped: counts.skip,
    seconds: (performance.now() - begun) / 1000,
    failures,
    stderr,
  }
}
