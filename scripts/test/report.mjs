/** The readable report of a test run: plain lines, identical on a terminal and in a log. */

const FRAMES = 6
const STDERR_LINES = 30
const DIFF_LINES = 40

const seconds = (n) => `${n.toFixed(1)} s`
const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`
const indent = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by))
const firstLines = (text, n) => {
  const lines = text.trimEnd().split('\n')
  return lines.length > n ? [...lines.slice(0, n), '…'].join('\n') : lines.join('\n')
}

/** Returns a failure's full name: the file, then the tests from the outermost on. */
const nameOf = (file, { path }) => [file, ...path].join(' › ')

const placeOf = ({ at }) => at?.fileName && `${at.fileName}:${at.lineNumber}:${at.columnNumber}`

/** Formats a failure: message, location and diff. */
function describe(file, failure) {
  const { message, details } = failure
  const lines = [nameOf(file, failure), `  ${firstLines(message, 3).replace(/\n/g, '\n  ')}`]
  const place = placeOf(details)
  if (place) lines.push(`  at ${place}`)
  if (typeof details.diff === 'string') lines.push(indent(firstLines(details.diff, DIFF_LINES), 4))
  else if (typeof details.stack === 'string') lines.push(indent(firstLines(details.stack, FRAMES), 4))
  return lines.join('\n')
}

/**
 * Formats a finished file: one line, plus all known details if it failed.
 * @param {string} file
 * @param {import('./run-file.mjs').Outcome} outcome
 */
export function fileReport(file, outcome) {
  const counts = [plural(outcome.passed, 'assertion')]
  if (outcome.skipped > 0) counts.push(`${outcome.skipped} skipped`)
  const line = `${outcome.ok ? 'ok  ' : 'FAIL'} ${file} (${counts.join(', ')}, ${seconds(outcome.seconds)})`
  if (outcome.ok) return line
  const parts = outcome.failures.map((failure) => indent(describe(file, failure), 5))
  const stderr = outcome.stderr.trimEnd().split('\n').slice(-STDERR_LINES).join('\n')
  if (stderr) parts.push(`     It wrote to standard error:\n${indent(stderr, 7)}`)
  return [line, ...parts].join('\n')
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`
const literally = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Returns the commands to rerun just the failures of `file`: by outermost test, or the whole file. */
function commandsFor(database, file, failures) {
  const alone = `npm test -- --${database} ${file}`
  const tests = new Set(failures.map(({ path }) => path[0]))
  if (tests.has(undefined)) return [alone]
  return [...tests].map((test) => `${alone} --grep=${quote(`/^${literally(test)}$/`)}`)
}

/**
 * Formats the end of a run on one database: totals and, for each failure, its name, the first line of its message and
 * the command to rerun it.
 * @param {'sqlite' | 'mysql'} database
 * @param {Map<string, import('./run-file.mjs').Outcome>} outcomes by file
 * @param {number} elapsed seconds
 */
export function summary(database, outcomes, elapsed) {
  const all = [...outcomes.values()]
  const failed = [...outcomes].filter(([, { ok }]) => !ok)
  const sum = (key) => all.reduce((total, outcome) => total + outcome[key], 0)
  const totals = `${plural(all.length, 'file')}, ${plural(sum('passed'), 'assertion')}, ${sum('skipped')} skipped, ${seconds(elapsed)}`
  if (failed.length === 0) return `passed on ${database}: ${totals}`
  const lines = [`FAILED on ${database}: ${failed.length} of ${totals}`]
  for (const [file, { failures }] of failed) {
    lines.push('')
    for (const failure of failures)
      lines.push(`  ${nameOf(file, failure)}: ${firstLines(failure.message, 1)}`)
    for (const command of commandsFor(database, file, failures)) lines.push(`    again: ${command}`)
  }
  return lines.join('\n')
}
