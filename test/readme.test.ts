import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import t from 'tap'
import { Environment } from '../src/config/environment.js'
import { startServer } from './process.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const readme = read('README.md')

/** The first block of code under `heading`. */
function codeOf(heading: string): string {
  const [, section = ''] = readme.split(`\n## ${heading}\n`)
  const [, code] = /```sh\n(.*?)```/s.exec(section) ?? []
  if (!code) throw new Error(`README.md has no code under ${heading}`)
  return code
}

/** Runs `script` as a reader would, but stops at the first command that fails. */
async function sh(script: string, cwd: string): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn('sh', ['-eu', '-c', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, output, errors }
}

t.test("the README's tour works, word for word, and so does its backup", async (t) => {
  const dir = t.testdir()
  const server = await startServer(t, dir)
  const [, password = ''] = /password +(\S+)/.exec(server.output()) ?? []
  const tour = codeOf('Tour')
    .replace('http://127.0.0.1:3000', server.url)
    .replace('the-password-that-was-printed', password)
  t.ok(tour.includes(server.url) && tour.includes(password))
  const { code, output, errors } = await sh(`TOKEN=\n${tour}`, dir)
  t.match({ code, errors }, { code: 0, errors: '' })

  t.same(output.match(/(?<=^HTTP\/1\.1 )\d+/gm), ['201', '201', '409'], 'two of one order, and one refused')
  t.match(output, /^idempotent-replayed: true\r$/m)
  t.same(output.match(/(?<="stock":)\d+/g), ['1', '1'])
  t.match(output, /"type":"\/problems\/insufficient-stock",.*"requested":1,"available":0/)
  t.equal(output.match(/"status":"cancelled"/g)?.length, 2)
  t.match(
    output,
    /^1 product:created\n2 order:created\n3 stock:changed\n4 order:created\n5 stock:changed\n6 order:updated\n7 stock:changed\n$/m,
  )

  const copied = join(dir, 'backup.db')
  const backup = `export DATABASE_URL='file:${join(dir, 'data/stockroom.db')}'
    ${codeOf('Backup').replace('backups/monday.db', `'${copied}'`)}`
  t.match(await sh(backup, root), { code: 0, output: /backup\.db: 2 orders, .* checked/ })
  const copy = new Database(copied, { readonly: true })
  t.teardown(() => copy.close())
  t.same(copy.prepare('SELECT COUNT(*) AS orders FROM orders').get(), { orders: 2 })
})

t.test('what the README, docs/configuration.md and .env.example name is there', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const [, script = ''] of readme.matchAll(/npm run ([\w:]+)/g)) t.ok(scripts[script], script)
  for (const [, file = ''] of readme.matchAll(/\]\((?!http)([^)]+)\)/g)) t.ok(read(file), file)
  for (const [, folder = ''] of readme.matchAll(/^ {2}(\w+)\/ {2,}/gm))
    t.ok(statSync(join(root, 'src', folder)).isDirectory(), folder)

  const settings = Object.keys(Environment.properties).toSorted()
  const example = read('.env.example')
  const described = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)
  t.same(described.toSorted(), settings, '.env.example has every setting')
  const rows = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
  t.same(rows.toSorted(), settings, 'docs/configuration.md has a row for every setting')
  for (const [name = ''] of readme.matchAll(/(?<=`)[A-Z]+_[A-Z_]+(?=[`=])/g))
    t.ok(settings.includes(name), name)
  for (const text of [readme, read('docs/configuration.md')])
    for (const [, name, value] of text.matchAll(/^\| `(\w+)` \| `(\S+)` \|/gm))
      t.match(example, new RegExp(`^# ${name}=${value}(\\s|$)`, 'm'), `${name} is ${value} unless set`)
})
