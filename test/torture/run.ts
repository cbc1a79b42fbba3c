/**
 * `npm run torture`: puts Stockroom on temporary databases under load, injects every fault, and checks after each round that
 * nothing was lost, duplicated or skipped. docs/guarantees.md explains the rows.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { DatabaseName, Fault } from './fault.js'
import { faults } from './faults/index.js'
import { ManualLifetime } from './lifetime.js'
import { Random } from './random.js'
import { writeRun } from './report/guarantees.js'
import { commit, machine } from './report/machine.js'
import { held, roundsWithHit, type Skipped, table } from './report/table.js'
import { type Result, type Round, torture } from './torture.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '3' },
    database: { type: 'string', default: 'both' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
  },
})
const seed = values.seed ?? String(randomInt(2 ** 31))
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const only = values.only?.flatMap((names) => names.split(','))
/** Clusters take servers that few machines have, so they run by their name only. */
const ALONE = ['group', 'galera']
const databases = (['sqlite', 'mysql', 'group', 'galera'] as const).filter(
  (name) => name === values.database || (values.database === 'both' && !ALONE.includes(name)),
)
const chosen = faults.filter(({ name }) => !only || only.includes(name))

const MAX_SHOWN = 20

const secondsOf = (ms: number) => `${(ms / 1000).toFixed(2)} s`

function printRound({ number, hits, acknowledged, recovery, findings, deaths, evidence }: Round): void {
  const back = recovery
    ? `ready ${secondsOf(recovery.readyMs)}, order ${secondsOf(recovery.orderMs)}`
    : 'not recovered'
  const verdict = findings.length + deaths.length > 0 ? 'FAILED' : 'held'
  console.log(
    `  round ${number}: ${hits > 0 ? `${hits} hits` : 'MISSED'}, ${acknowledged} orders, ${back}, ${verdict}`,
  )
  for (const { kind, text } of findings.slice(0, MAX_SHOWN)) console.log(`    ${kind}: ${text}`)
  if (findings.length > MAX_SHOWN) console.log(`    and ${findings.length - MAX_SHOWN} more`)
  for (const death of deaths) console.log(`    death: ${death}`)
  if (evidence) console.log(`    evidence: ${evidence}`)
}

const lifetimes = new Set<ManualLifetime>()

async function tortureOnce(fault: Fault, database: DatabaseName): Promise<Result> {
  const random = new Random(`${seed}/${fault.name}/${database}`)
  const lifetime = new ManualLifetime()
  lifetimes.add(lifetime)
  try {
    return await torture(lifetime, { fault, database, rounds, seconds, random, onRound: printRound })
  } finally {
    await lifetime.end()
    lifetimes.delete(lifetime)
  }
}

async function run(): Promise<boolean> {
  if (!(rounds >= 1)) throw new Error('--rounds must be at least 1')
  if (!(seconds >= 0)) throw new Error('--seconds must not be negative')
  if (databases.length === 0) throw new Error('--database must be sqlite, mysql, both, group or galera')
  const unknown = only?.filter((name) => !faults.some((fault) => fault.name === name)) ?? []
  if (unknown.length > 0)
    throw new Error(
      `unknown fault: ${unknown.join(', ')}. --only accepts ${faults.map(({ name }) => name).join(', ')}`,
    )
  const about = `Commit ${commit()}, seed ${seed}, ${rounds} rounds each. ${machine()}.`
  console.log(about)
  const results: Result[] = []
  const skipped: Skipped[] = []
  let failed = false
  for (const fault of chosen)
    for (const database of databases.filter((name) => fault.databases.includes(name))) {
      const reason = await fault.available()
      if (reason) {
        skipped.push({ name: fault.name, database, reason })
        continue
      }
      console.log(`\n${fault.name} on ${database}: ${fault.title}`)
      try {
        const result = await tortureOnce(fault, database)
        results.push(result)
        if (!held(result)) failed = true
        if (roundsWithHit(result) < rounds)
          console.error(`  !!! Hit its target in only ${roundsWithHit(result)} of ${rounds} rounds !!!`)
      } catch (error) {
        console.error(`  !!! ${error} !!!`)
        skipped.push({ name: fault.name, database, reason: String(error) })
        failed = true
      }
    }
  console.log(`\n${table(results)}\n`)
  for (const { name, database, reason } of skipped)
    console.error(`  !!! ${name} did not run on ${database}: ${reason} !!!`)
  console.log(failed ? `FAILED. Repeat with --seed ${seed}.` : `All guarantees held. Seed ${seed}.`)
  if (values.write) writeRun(`${about}\n\n${table(results)}`)
  return !failed && (skipped.length === 0 || process.env.REQUIRE_SERVICES !== '1')
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, async () => {
    await Promise.allSettled([...lifetimes].map((lifetime) => lifetime.end()))
    process.exit(1)
  })
try {
  if (!(await run())) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exitCode = 1
}
process.exit()
