/**
 * Runs `npm run test:mutation`: Stryker makes many small changes to the sources (mutants), each of which should fail
 * a test. A folder's score is the share of mutants that do.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { describe } from './describe.mjs'
import { FOLDERS } from './folders.mjs'

const USAGE = `npm run test:mutation -- [options] [folders: ${Object.keys(FOLDERS).join(', ')}]
  --file=PATH  mutants of this source file alone; PATH:10-20 for some of its lines
  --tests=NAME run only these tests, as catalog/files/ or catalog/search/list: quicker, but more mutants may survive
  --jobs=N     so many at a time
  --survivors  list the mutants that no test notices, as they are found`
/** Minimum score of each folder, in percent. */
const MIN_SCORE = 80

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: 'string', multiple: true },
    tests: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: String(2 * availableParallelism()) },
    survivors: { type: 'boolean', default: false },
  },
})
const unknown = positionals.find((name) => !(name in FOLDERS))
if (unknown !== undefined) {
  console.error(`unknown folder: ${unknown}\n\n${USAGE}`)
  process.exit(2)
}
process.chdir(fileURLToPath(new URL('../..', import.meta.url)))

// The temporary files of the tests: in memory if possible, because no test is about the speed of a disk, and in one
// folder, because killed test processes leave theirs behind.
const temporary = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'stockroom-mutants-'))
process.env.TMPDIR = temporary
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))

/** Tests one folder. @returns the result of each mutant */
function test(folder) {
  process.env.MUTATION_FOLDER = folder
  process.env.MUTATION_TESTS = options.tests.join(',')
  return new Stryker({
    configFile: 'scripts/mutation/stryker.config.mjs',
    mutate: options.file ?? FOLDERS[folder].mutate,
    concurrency: Number(options.jobs),
    ...(options.survivors && { reporters: ['progress-append-only', 'survivors'] }),
  }).runMutationTest()
}

/** Counts the mutants by result, without the ignored ones. */
function tally(mutants) {
  const of = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length
  const killed = of('Killed', 'Timeout')
  const survived = of('Survived', 'NoCoverage')
  return { mutants: killed + survived, killed, survived, score: (100 * killed) / (killed + survived) }
}

const rows = {}
for (const folder of positionals.length > 0 ? positionals : Object.keys(FOLDERS)) {
  const begun = performance.now()
  const mutants = await test(folder)
  const minutes = Number(((performance.now() - begun) / 60_000).toFixed(1))
  const { score, ...counts } = tally(mutants)
  rows[folder] = { ...counts, 'score %': Number(score.toFixed(1)), minutes }
  const errors = mutants.filter(({ status }) => status === 'RuntimeError')
  for (const mutant of errors) console.error(`could not be tested: ${describe(mutant)}`)
}
console.table(rows)
const low = Object.values(rows).filter((row) => !(row['score %'] >= MIN_SCORE))
if (low.length > 0 && !options.file) {
  console.error(`The score must be ${MIN_SCORE} % at least.`)
  process.exit(1)
}
