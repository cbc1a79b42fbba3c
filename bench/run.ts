/**
 * `npm run bench`: compares the program with its ceilings and rivals, on temporary databases, and reports how far it
 * is from its goals. README.md in this folder explains the options and rows.
 */
import { parseArgs } from 'node:util'
import { loader } from './load.js'
import { type Measured, runSuite } from './measure.js'
import { measureMemory } from './memory.js'
import { pinned, takePlace } from './processes.js'
import { compare, describe, LATEST, read, write } from './results.js'
import { suites } from './suites/index.js'
import { table } from './table.js'

// `--compare` alone compares with the last results.
const args = process.argv
  .slice(2)
  .flatMap((argument, i, all) =>
    argument === '--compare' && (all[i + 1] ?? '--').startsWith('--') ? [argument, LATEST] : argument,
  )
const { values } = parseArgs({
  args,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    compare: { type: 'string' },
    memory: { type: 'boolean', default: false },
  },
})
const { quick } = values
const rounds = Number(values.rounds ?? (quick ? 2 : 5))
const WARM_UP_SECONDS = quick ? 1 : 2

const chosen = suites.filter(({ name }) => !values.only || values.only.includes(name))

async function bench(): Promise<void> {
  const names = suites.map(({ name }) => name).join(', ')
  if (chosen.length === 0) throw new Error(`--only takes one of ${names}`)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1')
  const before = values.compare === undefined ? undefined : read(values.compare)
  console.log(`Load by ${loader}, ${pinned ? 'server and load on different cores' : 'not pinned to cores'}`)
  const started = performance.now()
  const rows: Measured[] = []
  const skipped: string[] = []
  for (const suite of chosen) {
    const reason = await suite.missing?.()
    if (reason) {
      console.log(`\n!!! Skipped ${suite.name}: ${reason}`)
      skipped.push(`${suite.name}, ${reason}`)
      continue
    }
    const start = performance.now()
    const measured = await runSuite(suite, { quick, rounds, warmUpSeconds: WARM_UP_SECONDS })
    rows.push(...measured)
    console.log(`\n${suite.name} (${((performance.now() - start) / 1000).toFixed(0)} s)`)
    for (const line of table(measured)) console.log(line)
  }
  console.log(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes in total`)
  const mode = `${quick ? 'a quick run' : 'a full run'} of ${rounds} rounds${values.only ? `, only ${values.only.join(', ')}` : ''}`
  const results = describe(rows, skipped, mode)
  console.log(`\nWritten to ${write(results)}`)
  if (before) for (const line of compare(before, results)) console.log(line)
}

try {
  takePlace()
  await (values.memory ? measureMemory({ quick }) : bench())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
process.exit()
