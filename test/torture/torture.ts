import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from './checks/finding.js'
import { readState } from './checks/state.js'
import { type VerifyOptions, verify } from './checks/verify.js'
import type { DatabaseName, Fault } from './fault.js'
import type { Lifetime } from './lifetime.js'
import type { Account } from './load/account.js'
import { Load } from './load/load.js'
import { openShop, type Shop } from './load/shop.js'
import type { Random } from './random.js'
import { type Recovery, recover } from './recovery.js'
import { writeEvidence } from './report/evidence.js'
import { type RunningWorld, startWorld } from './world.js'

const PLENTIFUL = 4
const SCARCE = 2
const PLENTIFUL_STOCK = 1_000_000
const SCARCE_STOCK = 20
/** Longer than any fault takes, even on a busy machine. */
const FAULT_MS = 900_000
/** Rounds attempted per round with a hit. */
const MAX_TRIES = 2

export interface TortureOptions {
  fault: Fault
  database: DatabaseName
  rounds: number
  /** The maximum time under load before the fault. */
  seconds: number
  random: Random
  /** Called after each round. */
  onRound?(round: Round): void
}

export interface Round {
  number: number
  /** The number of hits. A round without any proves nothing. */
  hits: number
  acknowledged: number
  recovery: Recovery | undefined
  findings: Finding[]
  /** Descriptions of unexpected process exits. */
  deaths: string[]
  /** The folder with the evidence of a failed round. */
  evidence?: string
}

/** The outcome of one fault on one database. */
export interface Result {
  fault: Fault
  database: DatabaseName
  /** The requested number of rounds with a hit. */
  wanted: number
  rounds: Round[]
  acknowledged: number
  statuses: ReadonlyMap<number, number>
  sessionsGivenUp: number
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function stockShop(shop: Shop, admin: Account): Promise<void> {
  const add = async (stock: number): Promise<string> => {
    const body = { name: `Lamp of ${stock}`, price: 24.5, stock }
    const { status, text } = await admin.send({ method: 'POST', path: '/products', body })
    if (status !== 201) throw new Error(`creating a product returned ${status}: ${text}`)
    const { id } = JSON.parse(text) as { id: string }
    shop.journal.initialStock.set(id, stock)
    return id
  }
  for (let i = 0; i < PLENTIFUL; i++) shop.plentiful.push(await add(PLENTIFUL_STOCK))
  for (let i = 0; i < SCARCE; i++) shop.scarce.push(await add(SCARCE_STOCK))
}

/** Rejects if a fault hangs, such as one waiting for a commit while there is none. */
async function withDeadline<T>(injection: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the fault did not end in time')), FAULT_MS)
  })
  return Promise.race([injection, late]).finally(() => clearTimeout(timer))
}

const failed = ({ findings, deaths }: Round) => findings.length + deaths.length > 0

interface RoundOptions {
  world: RunningWorld
  fault: Fault
  seconds: number
  prober: Account
  verifyOptions: VerifyOptions
}

/** One round: load, the fault, recovery, more load, a pause, and the checks. */
async function runRound(
  { world, fault, seconds, prober, verifyOptions }: RoundOptions,
  number: number,
  random: Random,
): Promise<Round> {
  const { load, shop } = verifyOptions
  const before = world.acknowledged()
  world.deaths.length = 0
  let hits = 0
  let recovery: Recovery | undefined
  let findings: Finding[]
  try {
    load.start()
    await world.moreOrders(random.integer(5, 50))
    await sleep(random.between(0, seconds * 1000))
    hits = await withDeadline(fault.inject(world, random))
    recovery = await recover(world.nodes, { shop, prober, round: number })
    await world.moreOrders(30)
    await fault.mend?.(world)
    await load.pause()
    findings = await verify({ ...verifyOptions, random })
    const { orderWithinMs = Number.POSITIVE_INFINITY } = fault
    if (recovery.orderMs > orderWithinMs)
      findings.push({ kind: 'recovery', text: `no order for ${Math.round(recovery.orderMs)} ms` })
  } catch (error) {
    findings = [...shop.journal.findings, { kind: 'recovery', text: messageOf(error) }]
  }
  const acknowledged = world.acknowledged() - before
  const round: Round = { number, hits, acknowledged, recovery, findings, deaths: [...world.deaths] }
  if (!failed(round)) return round
  const state = await readState(verifyOptions.databaseUrl).catch(() => undefined)
  return {
    ...round,
    evidence: writeEvidence({
      journal: shop.journal,
      state,
      listeners: [...load.listeners, ...load.receivers].map(({ name, received }) => ({ name, received })),
      outputs: world.nodes.map(({ name, output }) => ({ name, output })),
    }),
  }
}

/**
 * Injects `fault` in rounds into temporary servers under load, and checks after each round that nothing was lost, duplicated
 * or skipped. Stops after the first failed round, since later ones would report the same findings. Repeats rounds without
 * a hit.
 */
export async function torture(lifetime: Lifetime, options: TortureOptions): Promise<Result> {
  const { fault, database, random, seconds, onRound } = options
  const world = await startWorld(lifetime, fault, database)
  const { journal, databaseUrl } = world
  const urls = world.nodes.map(({ url }) => url)
  const shop = openShop({ urls, journal, clocksMove: fault.movesClocks === true })
  const load = new Load(shop, random.fork('load'))
  lifetime.teardown(() => load.stop())
  const { epoch } = await readState(databaseUrl)
  const admin = await load.signInAdmin('checker')
  await stockShop(shop, admin)
  await load.prepare({ epoch, offset: 0 })
  if (!fault.recordsWrites?.includes(database))
    load.hastenExpiry(databaseUrl, () => world.nodes.every(({ isAlive }) => isAlive))
  const prober = await load.register('prober')
  const mayReceiveUnsynced = fault.losesUnsynced?.includes(database) === true
  const verifyOptions = { mayReceiveUnsynced, shop, load, admin, databaseUrl, epoch, random }
  const rounds: Round[] = []
  const needsMore = () => rounds.filter(({ hits }) => hits > 0).length < options.rounds
  for (let number = 1; needsMore() && number <= options.rounds * MAX_TRIES; number++) {
    const roundOptions = { world, fault, seconds, prober, verifyOptions }
    const round = await runRound(roundOptions, number, random.fork(`round ${number}`))
    rounds.push(round)
    onRound?.(round)
    if (failed(round)) break
  }
  const { acknowledged, statuses, sessionsGivenUp } = journal
  return { fault, database, wanted: options.rounds, rounds, acknowledged, statuses, sessionsGivenUp }
}
