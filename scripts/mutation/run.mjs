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
import { interval, sampledIds } from './sample.mjs'

const USAGE = `npm run test:mutation -- [options] [folders: ${Object.keys(FOLDERS).join(', ')}]
  --file=PATH  mutants of this source file alone; PATH:10-20 for some of its lines
  --tests=NAME run only these tests, as catalog/files/ or catalog/search/list: quicker, but more mutants may survive
  --jobs=N     so many at a time
  --sample=N   only N mutants chosen at random: the score then has a confidence interval
  --seed=S     chooses others; the same N and S always choose the same ones, and a larger N adds to them
  --skip=N     the sample without its first N, to run a large one in parts
  --survivors  list the mutants that no test notices, as they are found`
/** Minimum score of each folder, in percent. */
const MIN_SCORE = 80

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: 'string', multiple: true },
    tests: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: String(2 * availableParallelism()) },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    skip: { type: 'string', default: '0' },
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

const sample = options.sample && {
  size: Number(options.sample),
  seed: options.seed,
  skip: Number(options.skip),
}
if (sample) {
  process.env.MUTATION_SAMPLE = JSON.stringify(sample)
  process.env.MUTATION_SAMPLE_FILE = join(temporary, 'sample.json')
}
const reporters = [sample ? 'sampler' : 'progress-append-only', ...(options.survivors ? ['survivors'] : [])]

/** Tests one folder. @returns the result of each mutant */
async function test(folder) {
  process.env.MUTATION_FOLDER = folder
  process.env.MUTATION_TESTS = options.tests.join(',')
  const mutants = await new Stryker({
    configFile: 'scripts/mutation/stryker.config.mjs',
    mutate: options.file ?? FOLDERS[folder].mutate,
    concurrency: Number(options.jobs),
    reporters,
  }).runMutationTest()
  if (!sample) return mutants
  const ids = sampledIds()
  return mutants.filter(({ id }) => ids.has(id))
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
  const percent = (share) => (100 * share).toFixed(1)
  rows[folder] = {
    ...counts,
    'score %': Number(score.toFixed(1)),
    ...(sample && { '95 % interval': interval(counts.killed, counts.mutants).map(percent).join(' to ') }),
    minutes,
  }
  const errors = mutants.filter(({ status }) => status === 'RuntimeError')
  for (const mutant of errors) console.error(`could not be tested: ${describe(mutant)}`)
}
console.table(rows)
const low = Object.values(rows).filter((row) => !(row['score %'] >= MIN_SCORE))
if (low.length > 0 && !options.file) {
  console.error(`The score must be ${MIN_SCORE} % at least.`)
  process.exit(1)
}
