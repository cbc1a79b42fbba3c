/**
 * Applies each mutant of hand-made.mjs to the sources in turn, runs the tests expected to fail, and restores the
 * sources. `node scripts/mutation/by-hand.mjs [NUMBERS]` prints a row of the table in docs/testing.md for each.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HAND_MADE } from './hand-made.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Applies `edits` to `file` while `work` runs. Each edit must match exactly once. */
function withEdits(file, edits, work) {
  const path = join(root, file)
  const original = readFileSync(path, 'utf8')
  const changed = edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${file}: not in one place: ${from}`)
    return text.replace(from, () => to)
  }, original)
  try {
    writeFileSync(path, changed)
    return work()
  } finally {
    writeFileSync(path, original)
  }
}

/** Returns the names of the failed tests: the report ends with a line `  file › test…: message` for each. */
function failuresIn(report) {
  const [, end = ''] = report.split(/^FAILED on /m)
  const names = [...end.matchAll(/^ {2}(test\/\S+ › .+?): /gm)].map(([, name]) => name)
  return [...new Set(names.map((name) => name.split(' › ').slice(0, 2).join(' › ')))]
}

/** Runs the tests of a mutant. @returns the failures; undefined if all passed */
function runTests(tests, database = 'sqlite') {
  // Some mutants have a test wait forever.
  const args = [join(root, 'scripts/test.mjs'), `--${database}`, '--timeout=150', ...tests]
  const env = { ...process.env, TEST_BUILT: '1', TEST_EFFORT: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  if (status === 0) return undefined
  const failures = failuresIn(stdout)
  return failures.length > 0 ? failures : [`no test, but: ${(stderr + stdout).slice(-400)}`]
}

// Without the built program, tests that start it would fail with any mutant.
const { status } = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--build'], {
  stdio: 'inherit',
})
if (status !== 0) process.exit(1)

const wanted = new Set(process.argv.slice(2).map(Number))
let missed = 0
for (const [i, { what, file, edits, tests, database }] of HAND_MADE.entries()) {
  const number = i + 1
  if (wanted.size > 0 && !wanted.has(number)) continue
  const failures = withEdits(file, edits, () => runTests(tests, database))
  if (!failures) missed++
  console.log(`| ${number} | ${what} | \`${file}\` | ${failures?.join('<br>') ?? '**none**'} |`)
}
process.exitCode = missed > 0 ? 1 : 0
