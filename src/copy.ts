/**
 * `npm run db:copy -- --from file:./data/stockroom.db --to mysql://user:password@host/shop` copies a shop into
 * another database. The server must be stopped; the target must be empty, or contain an interrupted copy.
 */
import { parseArgs } from 'node:util'
import { Presets, SingleBar } from 'cli-progress'
import { copyShop } from './copy/copy.js'
import { URL_PATTERN } from './db/open.js'

const USAGE =
  'use it as in npm run db:copy -- --from file:./data/stockroom.db --to mysql://user:password@host/shop'

function wanted(): { from: string; to: string } {
  const { from, to } = argumentsGiven()
  const isUrl = new RegExp(URL_PATTERN)
  if (!isUrl.test(from) || !isUrl.test(to)) throw new Error(USAGE)
  if (from === to) throw new Error('--from and --to name the same database')
  return { from, to }
}

function argumentsGiven(): { from: string; to: string } {
  const text = { type: 'string', default: '' } as const
  try {
    return parseArgs({ options: { from: text, to: text } }).values
  } catch {
    throw new Error(USAGE)
  }
}

const bar = new SingleBar(
  // Its own signal handler would swallow the first signal, and the copy would continue.
  { format: '{bar} {percentage}% {doing}, {eta_formatted} left', gracefulExit: false },
  Presets.shades_classic,
)
let started = false

try {
  const start = performance.now()
  const { rows, faults } = await copyShop({
    ...wanted(),
    onProgress(done, total, doing) {
      if (!started) bar.start(total, 0, { doing })
      started = true
      bar.update(done, { doing })
    },
    onWait: (error) => console.error(`Waiting for the server: ${(error as Error).message}`),
  })
  bar.stop()
  const seconds = (performance.now() - start) / 1000
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0)
  for (const [table, count] of Object.entries(rows))
    console.log(`${table.padEnd(20)}${String(count).padStart(12)}`)
  console.log(
    `${all} rows copied and compared in ${seconds.toFixed(1)} s: ${Math.round(all / seconds)} a second.`,
  )
  if (faults.length > 0) console.log(`The books do not balance, here as there: ${faults.join('; ')}.`)
  console.log(
    'Start the server with the new DATABASE_URL, and with the JWT_SECRET that it had, or that data/jwt-secret holds.',
  )
} catch (error) {
  if (started) bar.stop()
  console.error(`The shop was not copied: ${(error as Error).message}`)
  process.exitCode = 1
}
