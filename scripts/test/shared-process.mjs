/** Runs several test files in one process, one after the other. */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Parser } from 'tap-parser'
import { collectFailures, END_OF_FILE, endingOf, GRACE_MS, startTestProcess } from './test-process.mjs'

const HOST = fileURLToPath(new URL('./shared-host.mjs', import.meta.url))

/**
 * Starts a process for test files.
 * @param {object} options as for `runFile`
 */
export function startSharedProcess({ env, limit, signal: abort, onOutput }) {
  const failures = []
  const counts = { pass: 0, skip: 0 }
  let ok = false
  let ended = () => {}
  let done
  const parser = new Parser()
  collectFailures(parser, failures)
  for (const kind of Object.keys(counts))
    parser.on(kind, ({ name }) => {
      if (name !== END_OF_FILE) counts[kind]++
    })
  parser.on('assert', (assert) => {
    if (assert.name === END_OF_FILE) return
    ok = assert.ok
    ended()
  })
  const running = startTestProcess(HOST, {
    // The outermost pattern is for the tests in a file, which are within the file's own here.
    env: { ...env, ...(env.TAP_GREP && { TAP_GREP: `/./\n${env.TAP_GREP}` }) },
    signal: abort,
    ipc: true,
    onOutput(chunk) {
      onOutput?.(chunk)
      parser.write(chunk)
    },
  })
  let bytes = 0
  running.child.on('message', (message) => {
    bytes = message.bytes ?? bytes
  })
  running.exited.then((status) => {
    done = status
    parser.end()
    ended()
  })

  return {
    /** Returns whether it can run another file. */
    usable: () => !done,

    /** Returns its memory after the last file, in bytes. */
    memory: () => bytes,

    /**
     * Runs the test program `script` of `file`.
     * @returns {Promise<import('./test-process.mjs').Outcome>}
     */
    async run(file, script) {
      const begun = performance.now()
      Object.assign(counts, { pass: 0, skip: 0 })
      failures.length = 0
      ok = false
      const end = new Promise((resolve) => {
        ended = resolve
      })
      running.child.send({ file, script: pathToFileURL(script).href })
      let expired = 0
      const timer =
        limit > 0 &&
        setTimeout(() => {
          expired = limit
          running.expire()
        }, limit * 1000)
      await end
      clearTimeout(timer)
      if (expired) await running.exited
      const found = failures
        .filter(({ path, message }) => path[0] === file || message === file)
        .map(({ path, ...rest }) => ({ ...rest, path: path.slice(1) }))
      const passed = ok && !done && found.length === 0
      if (!passed && (done || found.length === 0))
        found.push({ path: [], message: endingOf({ ...done, started: true, expired }), details: {} })
      const seconds = (performance.now() - begun) / 1000
      return {
        ok: passed,
        passed: counts.pass,
        skipped: counts.skip,
        seconds,
        failures: found,
        stderr: running.takeStderr(),
      }
    },

    /** Ends it. @returns whether it ended on its own, with nothing left running by a test. */
    async end() {
      if (done) return true
      if (running.child.connected) running.child.send({})
      const timer = setTimeout(running.expire, GRACE_MS)
      const { code } = await running.exited
      clearTimeout(timer)
      return code !== null
    },
  }
}
