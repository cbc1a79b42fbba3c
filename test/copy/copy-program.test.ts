import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mariadb'
import t, { type Test } from 'tap'
import { demoProduct } from '../../prisma/demo-products.js'
import { addProducts } from '../../src/catalog/add-products.js'
import { connectionSettings } from '../../src/db/mysql/connection.js'
import { signIn, testConfig } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { onFile, serverDatabase } from '../helpers/database.js'
import { spawnServer } from '../helpers/process.js'
import { withShop } from '../helpers/shop-history.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PRODUCTS = 5_000

/** Starts the program behind `npm run db:copy`. */
function spawnCopy(t: Test, ...args: string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, ['dist/stockroom.js', 'copy', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended }
}

t.test('invalid arguments are refused in a line', { skip: onFile }, async (t) => {
  for (const args of [[], ['--from', 'x.db', '--to', 'y.db'], ['--form', 'file:x.db']]) {
    const { code, output } = await spawnCopy(t, ...args).ended
    t.equal(code, 2)
    t.match(output, /^error: .*\n/)
  }
  const { code, output } = await spawnCopy(t, '--from', 'file:x.db', '--to', 'file:x.db').ended
  t.equal(code, 1)
  t.match(output, /^The shop was not copied: .*\n$/)
})

t.test(
  'a killed copy starts again from the beginning, and no server starts on a partial copy',
  { skip: onFile },
  async (t) => {
    const dir = t.testdir()
    const config = { ...(await testConfig(t, dir)), databaseUrl: `file:${join(dir, 'shop.db')}` }
    const { from, to } = { from: config.databaseUrl, to: await serverDatabase(t) }
    await withShop(config, async (app) => {
      const { id } = await signIn(app, 'admin')
      await addProducts(app.db, app.eventLog, Array.from({ length: PRODUCTS }, demoProduct), id)
    })

    // Not connected to the target itself, which would look like a running server.
    const { database, ...settings } = connectionSettings(to)
    const connection = await createConnection(settings)
    t.teardown(() => connection.end())
    const count = async (table: string) => {
      const rows = await connection.query(`SELECT COUNT(*) AS n FROM ${database}.${table}`).catch(() => [])
      return Number(rows[0]?.n ?? 0)
    }
    const killed = spawnCopy(t, '--from', from, '--to', to)
    while ((await count('products')) === 0);
    killed.child.kill('SIGKILL')
    t.equal((await killed.ended).code, null)
    t.equal(await count('event_counter'), 0, 'it was killed before the end')

    const server = spawnServer(t, dir, { DATABASE_URL: to })
    t.equal(await server.ended, 1)
    t.match(server.output(), /cannot be used: a copy into it did not end: run that db:copy again\.\n$/)

    const again = await spawnCopy(t, '--from', from, '--to', to).ended
    t.match(again, { code: 0, output: /^products +5000$/m })
    t.match(again.output, /rows copied and compared in/)
    await withShop({ ...config, databaseUrl: to }, async (app) => {
      t.equal(await app.db.read.product.count(), PRODUCTS)
      t.same(await auditBooks(app.db), [])
    })
  },
)
