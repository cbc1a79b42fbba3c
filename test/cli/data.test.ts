import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { stockroom } from '../helpers/command.js'
import { databaseOf, onServer } from '../helpers/database.js'

/** Migrates an empty database, and returns a function to run commands on it. */
async function setup(t: Test, dir: string) {
  const url = await databaseOf(t, dir, 'shop.db')
  const run = (args: string[], more: { input?: string } = {}) =>
    stockroom(t, args, { ...more, cwd: dir, env: { DATABASE_URL: url } })
  t.match(await run(['migrate']), { code: 0, errors: '', output: /^Applied 2026/ })
  return { url, run }
}

t.test('migrate applies what is pending, once', async (t) => {
  const { run } = await setup(t, t.testdir())
  t.match(await run(['migrate']), { code: 0, output: 'The database is up to date.\n' })
})

t.test('products go out of one shop and into another, with the books balanced', async (t) => {
  const dir = t.testdir({ other: {} })
  const { url, run } = await setup(t, dir)
  t.match(await run(['seed', '--products', '300', '--orders', '20']), { code: 0, output: /20 orders in/ })
  const out = join(dir, 'products.csv')
  t.match(await run(['export', 'products', '--out', out]), { code: 0, output: '', errors: '' })
  if (process.platform !== 'win32') t.equal(statSync(out).mode & 0o777, 0o600)
  t.match(await run(['export', 'products', '--out', out]), {
    code: 1,
    errors: /Nothing was exported: EEXIST/,
  })
  t.equal(readFileSync(out, 'utf8').trim().split('\r\n').length, 301)

  const { output } = await run(['export', 'orders', '--format', 'ndjson'])
  const orders = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.equal(orders.length, 20)
  t.match(orders[0], { quantity: Number, status: 'pending' })

  const again = await run(['import', out])
  t.match(again, { code: 0, output: '0 created, 0 updated, 300 unchanged, 0 failed\n' })

  const other = await setup(t, join(dir, 'other'))
  const lines = readFileSync(out, 'utf8').split('\r\n')
  const fresh = lines.map((line) => line.slice(line.indexOf(',') + 1)).join('\n')
  t.match(await other.run(['import', '-'], { input: fresh }), { code: 1, errors: /there is no admin/ })
  await other.run(['user', 'create', 'boss@shop.test', '--role', 'admin', '--generate', '--yes'])
  t.match(await other.run(['import', '-', '--dry-run'], { input: fresh }), {
    code: 0,
    output: 'Nothing was changed. It would be: 300 created, 0 updated, 0 unchanged, 0 failed\n',
  })
  t.match(await other.run(['import', '-', '--as', 'boss@shop.test'], { input: fresh }), {
    code: 0,
    output: '300 created, 0 updated, 0 unchanged, 0 failed\n',
  })
  for (const each of [url, other.url]) {
    const db = await openDb(each)
    t.same(await auditBooks(db), [])
    await db.close()
  }
})

t.test('a bad line is named, harms no other, and makes the exit code 1', async (t) => {
  const { run } = await setup(t, t.testdir())
  await run(['user', 'create', 'boss@shop.test', '--role', 'admin', '--generate', '--yes'])
  const input = 'sku,name,price,stock\nA,Lamp,1.50,3\nB,,2,2\nC,Mug,0.001,2\n'
  const done = await run(['import', '-'], { input })
  t.match(done, { code: 1, output: '1 created, 0 updated, 0 unchanged, 2 failed\n' })
  t.match(done.errors, /^line 3: name .*\nline 4: price must have at most 2 decimals\n$/)
  t.match(await run(['import', 'none.csv']), { code: 1, errors: /The file was not imported: ENOENT/ })
})

t.test('config prints the settings in force and their sources, without secrets', async (t) => {
  const dir = t.testdir({
    '.env': 'PORT=4000\nLOG_LEVEL=warn\n',
    secret: 'K7fN2pQ9sV4xZ8bD3gH6jL1mR5tW0yCe\n',
  })
  const env = {
    PORT: '5000',
    JWT_SECRET_FILE: join(dir, 'secret'),
    DATABASE_URL: 'mysql://shop:wombat@db.example/shop',
    REDIS_URL: 'redis+sentinel://:wombat@redis.example/main?sentinelPassword=wombat',
    ADMIN_EMAIL: 'a@shop.test',
    ADMIN_PASSWORD: 'wombat lamp desk',
  }
  const { code, output, errors } = await stockroom(t, ['config', '--changed'], { env })
  t.match({ code, errors }, { code: 0, errors: '' })
  t.match(output, /^PORT +5000 +environment$/m)
  t.match(output, /^LOG_LEVEL +warn +\.env$/m)
  t.match(output, new RegExp(`^JWT_SECRET +\\(hidden\\) +${join(dir, 'secret')}$`, 'm'))
  t.match(output, /^DATABASE_URL +mysql:\/\/shop:hidden@db\.example\/shop +environment$/m)
  t.match(output, /^REDIS_URL +redis\+sentinel:\/\/:hidden@redis\.example\/main\?sentinelPassword=hidden /m)
  t.notMatch(output, /wombat|K7fN|HOST /)
  const { output: json } = await stockroom(t, ['config', '--json'], { env })
  const defaults = { HOST: '127.0.0.1', TRUST_PROXY: 'false', MAIL_FROM: 'stockroom@localhost' }
  for (const [setting, value] of Object.entries(defaults))
    t.match(
      JSON.parse(json).find(({ name }: { name: string }) => name === setting),
      { value, source: 'default' },
    )
  t.notMatch(json, /wombat|K7fN/)
  t.match(await stockroom(t, ['config'], { env: { PORT: 'x' } }), {
    code: 1,
    output: /^PORT +x +environment$/m,
    errors: /PORT must be a whole number/,
  })
})

t.test('progress is shown at a terminal only', { skip: onServer }, async (t) => {
  const dir = t.testdir()
  const { run } = await setup(t, dir)
  await run(['user', 'create', 'boss@shop.test', '--role', 'admin', '--generate', '--yes'])
  writeFileSync(join(dir, 'one.csv'), 'name,price,stock\nLamp,1,1\n')
  const { errors, output } = await run(['import', 'one.csv'])
  t.equal(errors, '')
  t.match(output, /^1 created/)
})
