/**
 * Runs the test files it is sent, one after the other, each as a test of its own: most of a short file's processor time goes
 * into loading and compiling the program.
 */
import './no-domains.mjs' // before tap
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { setRootTest } from './root-test.mjs'
import { END_OF_FILE } from './test-process.mjs'
import { watchErrors } from './uncaught-errors.mjs'

const env = { ...process.env }

/** Undoes a file's changes of the environment: tools set NODE_ENV, for instance. */
function restoreEnvironment() {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

for (;;) {
  process.channel.ref()
  const [{ file, script }] = await once(process, 'message')
  if (!file) break
  // A test waiting for nothing ends the process and fails.
  process.channel.unref()
  const testdir = join(process.env.TEST_FOLDER, file.replaceAll(/[^\w-]/g, '-'))
  await t.test(file, { testdir }, async (t) => {
    watchErrors(t)
    setRootTest(t)
    await import(script)
  })
  restoreEnvironment()
  process.send({ bytes: process.memoryUsage.rss() })
  // A parser holds the result of a test back until the next.
  t.pass(END_OF_FILE)
}
process.disconnect()
t.end()
