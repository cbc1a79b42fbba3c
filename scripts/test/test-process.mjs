/** Starts the processes of test files, and reads their reports in the Test Anything Protocol (TAP). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const MAX_STDERR_BYTES = 64 * 1024
/** Time for a test told to end to report where it hangs, and for leftover processes to close its pipes. */
export const GRACE_MS = 30_000
/** The assertion between two files of a process. */
export const END_OF_FILE = 'end of file'
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

/**
 * Starts `node SCRIPT` in a process group of its own.
 * @param {string} script
 * @param {object} options
 * @param {Record<string, string | undefined>} options.env
 * @param {AbortSignal} options.signal kills it
 * @param {(chunk: string) => void} options.onOutput receives its TAP output as it arrives
 * @param {boolean} [options.ipc] opens a channel for messages
 */
export function startTestProcess(script, { env, signal: abort, onOutput, ipc }) {
  // Tests keep every core busy: more threads of a garbage collection would only wait for each other.
  const flags = ['--enable-source-maps', '--single-threaded-gc']
  const child = spawn(process.execPath, [...flags, script], {
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])],
    // A separate process group, killed with all its child processes.
    detached: grouped,
    // No limit within the file: on a busy machine it would expire, and it locates a hang no better than the limit
    // of the runner.
    env: { ...env, TAP: '1', TAP_TIMEOUT: '0' },
  })
  const kill = () => {
    try {
      process.kill(grouped ? -child.pid : child.pid, 'SIGKILL')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error // all have exited
    }
  }
  abort.addEventListener('abort', kill)
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', onOutput)
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-MAX_STDERR_BYTES)
  })
  let last
  const closed = once(child, 'close')
  const exited = once(child, 'exit').then(async ([code, signal]) => {
    clearTimeout(last)
    abort.removeEventListener('abort', kill)
    kill()
    // Processes outside the group may hold the pipes open.
    const leave = setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
    }, GRACE_MS)
    await closed
    clearTimeout(leave)
    return { code, signal }
  })

  return {
    child,
    kill,
    /** Resolves to its status when the process has exited and its output was read. */
    exited,
    /** Returns the end of its standard error since the last call. */
    takeStderr() {
      const text = stderr
      stderr = ''
      return text
    },
    /** Makes tap report the running test and its pending handles, and kills a process still running afterwards. */
    expire() {
      child.kill('SIGALRM')
      last = setTimeout(kill, GRACE_MS)
    },
  }
}

const pathOf = (parser) => (parser.parent ? [...pathOf(parser.parent), parser.name] : [])

/** Collects failures at every depth. A test failed by its subtests is reported only through them. */
export function collectFailures(parser, failures) {
  parser.on('child', (child) => collectFailures(child, failures))
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
export function endingOf({ code, signal, started, expired }) {
  if (expired) return `it did not end within ${expired} seconds`
  if (signal) return `it was ended by ${signal}`
  if (!started) return `it ended with status ${code} before its first test`
  return `it ended with status ${code} although no test failed`
}
