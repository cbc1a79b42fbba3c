import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { stockroom } from '../helpers/command.js'
import { databaseOf } from '../helpers/database.js'
import { codeUnder, root, sh } from '../helpers/pages.js'
import { freePort } from '../helpers/ports.js'

const page = 'docs/command-line.md'

/** Migrates a database with an admin, and returns a function to run the commands under a heading. */
async function setup(t: Test) {
  const dir = t.testdir()
  const url = await databaseOf(t, dir, 'shop.db')
  const env = { DATABASE_URL: url }
  await stockroom(t, ['migrate'], { env })
  await stockroom(t, ['user', 'create', 'boss@shop.example', '--role', 'admin', '--generate', '--yes'], {
    env,
  })
  const run = (heading: string) =>
    sh(
      `export DATABASE_URL='${url}' PORT=${freeOne}\n${codeUnder(page, heading).replaceAll('products.csv', `'${join(dir, 'products.csv')}'`)}`,
      root,
    )
  const freeOne = await freePort()
  return { dir, env, run }
}

t.test('the first commands of the page list the commands and look for faults', async (t) => {
  const { run } = await setup(t)
  const { code, output } = await run('')
  t.equal(code, 0)
  t.match(
    output,
    /Usage: stockroom \[options\][\s\S]* 0 faults, [\s\S]*Usage: stockroom backup|Usage: stockroom[\s\S]*\n0 faults/,
  )
})

t.test('Files: products are exported and imported', async (t) => {
  const { dir, env, run } = await setup(t)
  await stockroom(t, ['seed', '--products', '5'], { env })
  t.match(await run('Files'), { code: 0, output: /It would be: 0 created, 0 updated, 5 unchanged, 0 failed/ })
  t.match(readFileSync(join(dir, 'products.csv'), 'utf8'), /^id,sku,name,/)
})

t.test('Keys: a key is made and listed', async (t) => {
  const { run } = await setup(t)
  t.match(await run('Keys'), { code: 0, output: /^sk_\S+$[\s\S]*Warehouse +orders:read orders:write/m })
})
