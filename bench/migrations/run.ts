/**
 * `npm run bench:migrations`: how long each migration takes on a large shop of version 0.1.0, and how long orders wait
 * meanwhile. README.md in bench/ explains it.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { migrateMysql } from '../../src/db/mysql/migrate.js'
import { migrateSqlite } from '../../src/db/sqlite/migrate.js'
import { newDatabase, newFile, serverMissing, type ThrowAway } from '../databases.js'
import { fill, type Size } from './fill.js'
import { openPlain } from './plain.js'
import type { Written } from './writer.js'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    products: { type: 'string', default: '200000' },
    sqlite: { type: 'boolean', default: false },
    mysql: { type: 'boolean', default: false },
  },
})
const size: Size = { orders: Number(values.orders), products: Number(values.products) }
const both = values.sqlite === values.mysql

const BUYERS = 4
const UNDISTURBED_MS = 3_000
const pause = () => new Promise((resolve) => setTimeout(resolve, UNDISTURBED_MS))

/** Starts buyers in a process of their own. @returns a function that stops them, and resolves with what they wrote */
async function startWriting(url: string, buyers: number): Promise<() => Promise<Written[]>> {
  const script = fileURLToPath(new URL('writer.ts', import.meta.url))
  const child = fork(script, [url, String(buyers)], { execArgv: ['--import', 'tsx'] })
  await once(child, 'message')
  return async () => {
    const [messages, ended] = [
      new Promise<Written[]>((resolve) =>
        child.on('message', (message) => Array.isArray(message) && resolve(message as Written[])),
      ),
      once(child, 'exit'),
    ]
    child.send('stop')
    const written = await messages
    await ended
    return written
  }
}

const longest = (written: Written[]) => written.reduce((most, [, ms]) => Math.max(most, ms), 0)
const seconds = (ms: number) => (ms / 1000).toFixed(ms < 10_000 ? 2 : 0)

interface Applied {
  name: string
  started: number | string | Date
  finished: number | string | Date
}

const timeOf = (at: number | string | Date) => (typeof at === 'string' ? Date.parse(`${at}Z`) : Number(at))

async function measure(
  name: string,
  { url, drop }: ThrowAway,
  buyers: number,
  migrate: () => Promise<string[]>,
) {
  try {
    const fillStarted = performance.now()
    await fill(url, size)
    console.log(
      `\n${name}: ${size.orders} orders, ${size.products} products, made in ${seconds(performance.now() - fillStarted)} s`,
    )
    const stop = await startWriting(url, buyers)
    await pause()
    const started = Date.now()
    await migrate()
    const ended = Date.now()
    await pause()
    const written = await stop()
    const db = await openPlain(url)
    const applied = await db.all<Applied>(
      'SELECT migration_name AS name, started_at AS started, finished_at AS finished FROM _prisma_migrations ORDER BY migration_name',
    )
    await db.close()
    const during = (from: number, to: number) =>
      written.filter(([began, ms]) => began <= to && began + ms >= from)
    for (const { name, started, finished } of applied.slice(1)) {
      const [from, to] = [timeOf(started), timeOf(finished)]
      // On SQLite, all migrations are one transaction, for which an order waits.
      const waited = url.startsWith('file:')
        ? ''
        : `, an order at most ${seconds(longest(during(from, to)))} s`
      console.log(`${name.padEnd(50)} ${seconds(to - from).padStart(8)} s${waited}`)
    }
    const undisturbed = longest(written.filter(([began, ms]) => began + ms < started))
    console.log(
      `all: ${seconds(ended - started)} s; an order took at most ${seconds(longest(during(started, ended)))} s, and ${seconds(undisturbed)} s before`,
    )
  } finally {
    await drop()
  }
}

if (both || values.sqlite) {
  const file = newFile()
  await measure('SQLite', file, 1, () => migrateSqlite(file.url))
}
if (both || values.mysql) {
  const missing = await serverMissing()
  if (missing) throw new Error(missing)
  const database = await newDatabase()
  await measure('MariaDB or MySQL', database, BUYERS, () => migrateMysql(database.url))
}
