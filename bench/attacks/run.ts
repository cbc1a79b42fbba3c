/**
 * `npm run attack`: attacks a local server in every way known to have hurt one, while a well-behaved client reads
 * products and places orders, and reports the service that client got. See bench/README.md.
 */
import { parseArgs } from 'node:util'
import { type Program, start, takePlace } from '../processes.js'
import { tokenOf } from '../shop.js'
import type { AttackOptions } from './attack.js'
import type { NeighbourOptions, Service } from './neighbour.js'
import { startTarget, type Target } from './target.js'

/** In table order. */
const ATTACKS: Record<string, string> = {
  handshakeResets: 'handshakes that are reset',
  strayUpgrades: 'upgrades to nowhere, kept open',
  replays10: 'replays of the whole log, 10 sockets',
  replays100: 'replays of the whole log, 100 sockets',
  leaveAndJoin: 'leaving and joining without a pause',
  packets: 'packets without end',
  expensiveLists: 'deep pages and broad filters, 30 at once',
  abandonedLists: 'the same, abandoned after 50 ms',
  slowDocs: 'readers of /docs/static that never read',
  slowLists: 'readers of lists that never read',
  logins: 'passwords guessed from 40 addresses',
  refusedRequests: 'long addresses that are refused',
  orderFlood: 'orders over 1,000 connections',
  resumes: '1,000 sockets that come back after kill -9',
}

const P99_MS = 100
// Minimum share of the orders placed without an attack.
const MIN_ORDER_SHARE = 0.1
// On a machine with other work, the neighbour waits without an attack too.
const BUSY_RATIO = 1.5
// Time for delayed frees and closing connections.
const SETTLE_MS = 2_000

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '100000' },
    orders: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string', multiple: true },
  },
})
const seconds = Number(values.seconds)
const chosen = Object.keys(ATTACKS).filter((name) => !values.only || values.only.includes(name))

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0)

const TITLES = [
  'quiet p99',
  'p50 ms',
  'p99 ms',
  'max ms',
  'failed',
  'quiet orders/s',
  'orders/s',
  'started',
  'RSS MB         ',
  'files           ',
  'CPU s',
  'log MB',
]
const NAME_WIDTH = 44
const line = (name: string, cells: string[]) =>
  [name.padEnd(NAME_WIDTH), ...cells.map((cell, i) => cell.padStart(TITLES[i]?.length ?? 0))].join('  ')

/** Measures the neighbour alone, then under attack. A busy machine slows down both. */
async function attackOnce(
  target: Target,
  neighbour: Program<object>,
  options: AttackOptions & { name: string },
) {
  if (!target.isAlive()) await target.restart()
  const quiet = await neighbour.ask<Service>('measure', Math.max(2, seconds / 2))
  if (options.name === 'resumes') await target.restart()
  const [before, logged] = [target.footprint(), target.loggedMb()]
  const attacker = await start('attacks/attacker.ts', { place: 'load', options: { ...options, seconds } })
  const service = await neighbour.ask<Service>('measure', seconds)
  const started = await attacker.ask<number>('started')
  const under = target.footprint()
  await attacker.stop()
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const after = target.footprint()
  const change = (key: 'rssMb' | 'files') => [before, under, after].map((at) => at?.[key] ?? '-').join(' → ')
  const cells = [
    ms(quiet.p99),
    ...[service.p50, service.p99, service.max].map(ms),
    ...[service.failed, quiet.ordersPerSecond.toFixed(0), service.ordersPerSecond.toFixed(0), started].map(
      String,
    ),
    change('rssMb'),
    change('files'),
    ((under?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0)).toFixed(1),
    (target.loggedMb() - logged).toFixed(1),
  ]
  const faults = [
    ...(target.isAlive() ? [] : ['the process has ended']),
    ...(service.p99 < Math.max(P99_MS, quiet.p99 * BUSY_RATIO) ? [] : [`p99 of ${P99_MS} ms or more`]),
    ...(service.failed <= quiet.failed ? [] : ['reads failed']),
    ...(service.ordersPerSecond >= quiet.ordersPerSecond * MIN_ORDER_SHARE ? [] : ['orders stop']),
  ]
  return { cells, faults }
}

async function run(): Promise<number> {
  if (!(seconds >= 1 && seconds <= 120)) throw new Error('--seconds takes a number from 1 to 120')
  if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(ATTACKS).join(', ')}`)
  const target = await startTarget({ products: Number(values.products), orders: Number(values.orders) })
  const { address, productIds, epoch, head, customer, other } = target
  const token = tokenOf(customer, 'customer')
  const options: NeighbourOptions = { address, token: tokenOf(other, 'customer'), productIds }
  const neighbour = await start<object>('attacks/neighbour.ts', { place: 'load', options })
  const { hostname: host, port } = new URL(address)
  const about = { host, port: Number(port), token, productId: productIds[0] ?? '', epoch, head }
  let bad = 0
  try {
    console.log(`${values.products} products, ${head} events; ${seconds} s each\n\n${line('', TITLES)}`)
    await neighbour.ask<Service>('measure', 2) // warm-up: code compiled, caches filled
    for (const name of chosen) {
      const { cells, faults } = await attackOnce(target, neighbour, { ...about, name })
      if (faults.length > 0) bad++
      console.log(`${line(ATTACKS[name] ?? name, cells)}  ${faults.join(', ') || 'held'}`)
    }
  } finally {
    await neighbour.stop()
    await target.stop()
  }
  return bad
}

try {
  takePlace()
  if ((await run()) > 0) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
process.exit()
